import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { segment } from "../../../client/query.ts";
import { type TaskView, taskView } from "../../../client/task-view.ts";
import type { ResultDocument } from "../../../core/wire/read-result-document.ts";
import { listen } from "../../feed.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { client } from "../../session.ts";

const MOST = 8;
/** Events tell of a task's changes; this is for what they missed. */
const POLL_SECONDS = 2;

/** The tasks that were sent from here, newest first; they stay while other pages are looked at. */
const sent = signal<readonly { id: string; name: string }[]>([]);

/** Puts a task among those that are watched. */
export function watch(task: { id: string; name: string }): void {
  sent.value = [task, ...sent.value].slice(0, MOST);
}

/** What became of the tasks that were sent. */
export function SentTasks() {
  return (
    <Panel title="Sent from here">
      {sent.value.length === 0 ? (
        <EmptyNote title="Nothing yet">
          <p>A task that is sent is followed here until it has ended.</p>
        </EmptyNote>
      ) : (
        <ul class="sent" aria-live="polite">
          {sent.value.map((task) => (
            <li key={task.id}>
              <Watched {...task} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Watched({ id, name }: { id: string; name: string }) {
  const polled = usePolled(() => read(id), POLL_SECONDS, [id]);
  useEffect(
    () =>
      listen((events, missed) => {
        if (missed || events.some(({ uuid }) => uuid === id)) polled.refresh();
      }),
    [id],
  );
  return (
    <>
      <div class="sent-head">
        <TaskLink id={id} name={name} />
        {polled.value && <StateBadge state={polled.value.state} />}
        <span class="faint">
          <Moment at={polled.value?.dateReceived} />
        </span>
      </div>
      <Asked polled={polled} rows={1}>
        {(task) => <Became task={task} />}
      </Asked>
    </>
  );
}

function Became({ task: { state, result, eta, queue, retries } }: { task: TaskView }) {
  if (state === "SUCCESS") return <JsonView value={result} label="Return value" />;
  if (result !== null) return <JsonView value={result} label={state === "FAILURE" ? "Error" : "What it says"} />;
  return (
    <p class="faint">
      In {queue}
      {eta !== null && (
        <>
          , due <Moment at={eta} />
        </>
      )}
      {retries > 0 && `, tried ${retries + 1} times`}
    </p>
  );
}

async function read(id: string): Promise<TaskView> {
  const document = await client.request<ResultDocument>({ method: "GET", path: `/v1/results/${segment(id)}` });
  return taskView(document, "UTC");
}
