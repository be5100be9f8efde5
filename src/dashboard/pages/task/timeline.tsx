import type { TaskView } from "../../../client/task-view.ts";
import type { AttemptDocument } from "../../../core/wire/attempts-document.ts";
import { durationText } from "../../parts/duration.ts";
import { exactly, Moment } from "../../parts/moment.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";

/** Something that happened, or is to. */
interface Step {
  words: string;
  at: Date;
  /** Of an attempt: how it ended, unless it was the last one, whose state is the task's. */
  attempt?: AttemptDocument;
}

/** When it was received, is due, each attempt began and how it ended, and how long it took from one to the next. */
export function Timeline({ task, attempts }: { task: TaskView; attempts: readonly AttemptDocument[] }) {
  const steps = stepsOf(task, attempts);
  return (
    <ol class="timeline">
      {steps.map(({ words, at, attempt }, index) => {
        const before = steps[index - 1];
        return (
          <li key={words}>
            <span>{words}</span> <Moment at={at} />
            <span class="faint">
              {exactly(at)}
              {before !== undefined && `, ${durationText((Number(at) - Number(before.at)) / 1000)} later`}
            </span>
            {attempt !== undefined && <Attempt attempt={attempt} />}
          </li>
        );
      })}
    </ol>
  );
}

function Attempt({ attempt: { status, worker, date_started: started, date_done: done, error } }: { attempt: AttemptDocument }) {
  return (
    <span class="attempt">
      <StateBadge state={status} />
      {done !== null && ` after ${durationText((Date.parse(done) - Date.parse(started)) / 1000)}`}
      {worker !== null && (
        <>
          {" on "}
          <span class="mono">{worker.replace(/^celeriac@/, "")}</span>
        </>
      )}
      {error !== null && <span class="faint">{error}</span>}
    </span>
  );
}

function stepsOf({ state, dateReceived, dateDone, eta }: TaskView, attempts: readonly AttemptDocument[]): Step[] {
  const steps: Step[] = [{ words: "Received", at: dateReceived }];
  if (eta !== null) steps.push({ words: state === "RETRY" ? `Attempt ${attempts.length + 1} due` : "Due", at: eta });
  for (const [index, attempt] of attempts.entries())
    steps.push({ words: attempts.length === 1 ? "Started" : `Attempt ${index + 1}`, at: new Date(attempt.date_started), attempt });
  if (dateDone !== null) steps.push({ words: "Ended", at: dateDone });
  return steps.toSorted((one, other) => Number(one.at) - Number(other.at));
}
