import { useState } from "preact/hooks";
import { systemClock } from "../../../clock.ts";
import { ActionButton } from "../../parts/button.tsx";
import { confirm } from "../../parts/confirm.tsx";
import { countText, plural } from "../../parts/number-text.ts";
import { tell } from "../../parts/toast.tsx";
import { may } from "../../session.ts";
import { STATES_OF, statesOf, TEXT_OF, type Work, workOn, workWhere } from "./bulk.ts";
import { askedOf, type TaskFilter } from "./filter.ts";
import type { TaskList } from "./task-list.ts";

const WORKS: readonly [Work, string][] = [
  ["revoke", "Revoke"],
  ["terminate", "Terminate"],
  ["retry", "Run again"],
  ["forget", "Forget"],
];
const DONE: Readonly<Record<Work, string>> = { revoke: "revoked", terminate: "revoked", retry: "sent again", forget: "forgotten" };

/** What can be done to the tasks that are chosen: some, or all that the filter means. */
export function BulkBar({
  list,
  filter,
  chosen,
  isAll,
  chooseAll,
  clear,
}: {
  list: TaskList;
  filter: TaskFilter;
  chosen: ReadonlySet<string>;
  isAll: boolean;
  chooseAll: () => void;
  clear: () => void;
}) {
  const [progress, setProgress] = useState("");
  const rows = list.rows.value.filter(({ id }) => chosen.has(id));
  const asked = askedOf(filter, systemClock.now());
  const idsFor = (work: Work) => rows.filter(({ state }) => STATES_OF[work].includes(state)).map(({ id }) => id);
  const isPossible = (work: Work) => (isAll ? statesOf(asked, work).length > 0 : idsFor(work).length > 0);

  const run = async (work: Work, verb: string) => {
    const told = (done: number) => setProgress(`${countText(done)} …`);
    try {
      const ids = idsFor(work);
      const count = isAll ? await workWhere(asked, work, true, told) : ids.length;
      if (count === 0) return tell("There is no such task any more.");
      const left = isAll ? 0 : chosen.size - count;
      const others =
        left === 0
          ? ""
          : `\n${plural(left, "chosen task is", "chosen tasks are")} in another state and left as ${left === 1 ? "it is" : "they are"}.`;
      const words = plural(count, "task");
      if (
        !(await confirm({
          title: `${verb} ${words}?`,
          text: TEXT_OF[work] + others,
          action: `${verb} ${words}`,
          tone: work === "retry" ? "primary" : "danger",
        }))
      )
        return;
      const refused = isAll ? 0 : await workOn(ids, work, told);
      const done = isAll ? await workWhere(asked, work, false, told) : count - refused;
      tell(`${plural(done, "task")} ${DONE[work]}.${refused > 0 ? ` ${countText(refused)} could not be.` : ""}`);
      clear();
      await list.reload();
    } finally {
      setProgress("");
    }
  };

  return (
    <section class="bulk" aria-label="Chosen tasks">
      <strong>{isAll ? "All that match are chosen" : `${plural(chosen.size, "task")} chosen`}</strong>
      {!isAll && filter.text === "" && (
        <button type="button" class="link" onClick={chooseAll}>
          Choose all that match
        </button>
      )}
      <span role="status">{progress}</span>
      <div class="bulk-actions">
        {may("control") &&
          WORKS.map(([work, verb]) => (
            <ActionButton
              key={work}
              tone={work === "retry" ? undefined : "danger"}
              disabled={!isPossible(work)}
              act={() => run(work, verb)}
            >
              {verb}
            </ActionButton>
          ))}
        <button type="button" class="quiet" onClick={clear}>
          Choose none
        </button>
      </div>
    </section>
  );
}
