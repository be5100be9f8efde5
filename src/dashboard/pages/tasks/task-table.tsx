import { useRef, useState } from "preact/hooks";
import type { TaskView } from "../../../client/task-view.ts";
import { go, to } from "../../router.ts";
import { TaskRow } from "./task-row.tsx";

/** The rows, and the ways of the keyboard through them: j and k or the arrows move, x chooses, Enter opens. */
export function TaskTable({
  rows,
  chosen,
  choose,
  chooseShown,
}: {
  rows: readonly TaskView[];
  chosen: ReadonlySet<string>;
  choose: (ids: readonly string[], isChosen: boolean) => void;
  chooseShown: (isChosen: boolean) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState("");
  const lastChosen = useRef("");
  const currentId = rows.some(({ id }) => id === current) ? current : (rows[0]?.id ?? "");

  const toggle = (id: string, isRange: boolean) => {
    const [from, until] = [rows.findIndex((row) => row.id === lastChosen.current), rows.findIndex((row) => row.id === id)];
    const range = isRange && from >= 0 ? rows.slice(Math.min(from, until), Math.max(from, until) + 1).map((row) => row.id) : [id];
    lastChosen.current = id;
    choose(range, !chosen.has(id));
  };
  const move = (steps: number) => {
    const place = rows.findIndex(({ id }) => id === currentId);
    const next = rows[Math.max(0, Math.min(rows.length - 1, place + steps))];
    if (next === undefined) return;
    setCurrent(next.id);
    body.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(next.id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      j: () => move(1),
      ArrowDown: () => move(1),
      k: () => move(-1),
      ArrowUp: () => move(-1),
      Home: () => move(-rows.length),
      End: () => move(rows.length),
      x: () => toggle(currentId, false),
      X: () => toggle(currentId, true),
      Enter: () => go(to("task", currentId)),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const onFocusIn = (event: FocusEvent) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-id]") : null;
    if (row?.dataset.id !== undefined) setCurrent(row.dataset.id);
  };
  const isAllShown = rows.length > 0 && rows.every(({ id }) => chosen.has(id));
  return (
    <table class="tasks">
      <thead>
        <tr>
          <th scope="col">
            <input type="checkbox" aria-label="Choose all that are listed" checked={isAllShown} onClick={() => chooseShown(!isAllShown)} />
          </th>
          <th scope="col">State</th>
          <th scope="col">Task</th>
          <th scope="col" class="secondary">
            Queue
          </th>
          <th scope="col" class="secondary number">
            Retries
          </th>
          <th scope="col">Received</th>
          <th scope="col" class="number secondary">
            Ran
          </th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown} onFocusIn={onFocusIn}>
        {rows.map((task) => (
          <TaskRow key={task.id} task={task} isChosen={chosen.has(task.id)} isCurrent={task.id === currentId} choose={toggle} />
        ))}
      </tbody>
    </table>
  );
}
