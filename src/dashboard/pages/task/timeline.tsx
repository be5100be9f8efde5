import type { TaskView } from "../../../client/task-view.ts";
import { durationText } from "../../parts/duration.ts";
import { exactly, Moment } from "../../parts/moment.tsx";

/** When it was received, is due, began and ended, and how long it took from one to the next. */
export function Timeline({ task: { state, dateReceived, dateStarted, dateDone, eta } }: { task: TaskView }) {
  const steps: [string, Date | null][] = [
    ["Received", dateReceived],
    [state === "RETRY" ? "Tried again" : "Due", eta],
    ["Started", dateStarted],
    ["Ended", dateDone],
  ];
  const known = steps
    .flatMap(([words, at]) => (at === null ? [] : [{ words, at }]))
    .toSorted((one, other) => Number(one.at) - Number(other.at));
  return (
    <ol class="timeline">
      {known.map(({ words, at }, index) => {
        const before = known[index - 1];
        return (
          <li key={words}>
            <span>{words}</span> <Moment at={at} />
            <span class="faint">
              {exactly(at)}
              {before !== undefined && `, ${durationText((Number(at) - Number(before.at)) / 1000)} later`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
