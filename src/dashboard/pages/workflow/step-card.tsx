import { now } from "../../now.ts";
import { durationText } from "../../parts/duration.ts";
import { countText, plural } from "../../parts/number-text.ts";
import { StateBadge } from "../../parts/state-badge.tsx";
import { StateCounts } from "../../parts/state-counts.tsx";
import { to } from "../../router.ts";
import { isEnded } from "../../state-of-event.ts";
import { countStates, type Standing, type Standings } from "./standings.ts";
import { calledBy, type Step } from "./steps.ts";

/** What a step is called: its task's name, or how many there are of which. */
export function nameOf({ tasks }: Step): string {
  const names = new Set(tasks.map(({ name }) => name));
  const [first = ""] = names;
  if (tasks.length === 1) return first;
  return names.size === 1 ? `${countText(tasks.length)} × ${first}` : `${plural(tasks.length, "task")} of ${names.size} names`;
}

/** One step of the graph: a task's leads to it, that of many opens their list. */
export function StepCard({
  id,
  step,
  steps,
  known,
  standings,
  isOpen,
  open,
}: {
  /** Of the task that the page was asked for. */
  id: string;
  step: Step;
  steps: readonly Step[];
  /** The workflow's own tasks; none: not all of them are known. */
  known: ReadonlySet<string>;
  standings: Standings;
  isOpen: boolean;
  open: (key: string) => void;
}) {
  const { key, tasks, before } = step;
  const [task] = tasks;
  const name = nameOf(step);
  const called = known.size === 0 ? 0 : calledBy(step, known);
  const isHere = tasks.some(({ taskId }) => taskId === id);
  const earlier = before.flatMap((one) => steps.filter((other) => other.key === one).map(nameOf));
  const after = earlier.length > 0 && <span class="hidden-text">, after {earlier.join(" and ")}</span>;
  const more = called > 0 && <span class="faint"> called {countText(called)}</span>;
  if (task === undefined) return null;
  if (tasks.length > 1) {
    const counts = countStates(tasks, standings.byId.value);
    return (
      <button
        type="button"
        class="step many"
        data-step={key}
        data-state={worstOf(counts)}
        data-here={isHere}
        aria-expanded={isOpen}
        onClick={() => open(key)}
      >
        <span class="step-name" title={name}>
          {name}
        </span>
        <StateCounts counts={counts} isShort />
        <span class="step-line">
          {isOpen ? "Fold" : "List them"}
          {more}
          {after}
        </span>
      </button>
    );
  }
  const standing = standings.byId.value.get(task.taskId) ?? { state: task.status, startedAt: task.dateStarted, doneAt: task.dateDone };
  return (
    <a
      class="step"
      href={to("task", task.taskId)}
      data-step={key}
      data-state={standing.state}
      data-here={isHere}
      aria-current={isHere ? "true" : undefined}
    >
      <span class="step-name" title={`${name} ${task.taskId}`}>
        {name}
      </span>
      <span class="step-line">
        <StateBadge state={standing.state} />
        <span class="faint">{ranText(standing)}</span>
        {more}
        {after}
      </span>
    </a>
  );
}

/** For how long it ran, or has run so far. */
export function ranText({ state, startedAt, doneAt }: Standing): string {
  if (startedAt === null || (doneAt === null && state !== "STARTED")) return "";
  return durationText(Math.max(0, Number(doneAt ?? now.value) - Number(startedAt)) / 1000);
}

/** The state that colours a step of many: what went wrong, else what goes on. */
function worstOf(counts: ReadonlyMap<string, number>): string {
  const order = ["FAILURE", "RETRY", "STARTED", "PENDING", "REVOKED", "SUCCESS"];
  return order.find((state) => counts.has(state) && !(isEnded(state) && state === "REVOKED" && counts.size > 1)) ?? "SUCCESS";
}
