import { useEffect } from "preact/hooks";
import { type TaskView, taskView } from "../../../client/task-view.ts";
import type { AttemptDocument } from "../../../core/wire/attempts-document.ts";
import type { ResultDocument } from "../../../core/wire/read-result-document.ts";
import { listen } from "../../feed.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { JsonView, TextView } from "../../parts/json-view.tsx";
import { Asked } from "../../parts/notes.tsx";
import { Facts, Page, Panel } from "../../parts/panel.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { place, to } from "../../router.ts";
import { client } from "../../session.ts";
import { asCode, asCurl } from "./as-call.ts";
import { TaskActions } from "./task-actions.tsx";
import { Timeline } from "./timeline.tsx";

interface Known {
  task: TaskView;
  attempts: AttemptDocument[];
}

/** Events tell of a task's changes; this is for what they missed. */
const POLL_SECONDS = 10;

/** One task: its call, its result or error, its times, and what it belongs to. */
export function TaskPage() {
  const { id } = place.value;
  const polled = usePolled(() => read(id), POLL_SECONDS, [id]);
  useEffect(
    () =>
      listen((events, missed) => {
        if (missed || events.some(({ uuid }) => uuid === id)) polled.refresh();
      }),
    [id],
  );
  const task = polled.value?.task;
  return (
    <Page
      title={task?.name ?? "Task"}
      hint={task && <StateBadge state={task.state} />}
      actions={task && <TaskActions task={task} refresh={polled.refresh} />}
    >
      <Asked polled={polled} rows={8}>
        {(known) => <Shown {...known} />}
      </Asked>
    </Page>
  );
}

function Shown({ task, attempts }: Known) {
  const { id, state, args, kwargs, queue, retries, worker, parentId, rootId, groupId } = task;
  const hasKwargs = Object.keys(kwargs ?? {}).length > 0;
  return (
    <div class="columns">
      <div class="stack">
        <Outcome task={task} />
        <Panel
          title="Call"
          aside={
            <>
              <CopyButton text={() => asCode(task)}>Copy as code</CopyButton>
              <CopyButton text={() => asCurl(task, new URL("..", location.href.replace(/[?#].*/, "")).href)}>Copy as curl</CopyButton>
            </>
          }
        >
          <JsonView value={args ?? []} label="Arguments" />
          {hasKwargs && <JsonView value={kwargs} label="Keyword arguments" />}
        </Panel>
      </div>
      <div class="stack">
        <Panel title="Times">
          <Timeline task={task} attempts={attempts} />
        </Panel>
        <Panel title="Belongs to" aside={<a href={to("workflow", id)}>Workflow</a>}>
          <Facts
            facts={[
              ["Id", <span class="mono">{id}</span>],
              ["Queue", <a href={to("tasks", "", { queue })}>{queue}</a>],
              ["Retries", String(retries)],
              worker !== null && ["Consumer", <span class="mono">{worker}</span>],
              parentId !== null && ["Parent", <TaskLink id={parentId} />],
              rootId !== id && ["Root", <TaskLink id={rootId} />],
              groupId !== null && ["Group", <span class="mono">{groupId}</span>],
              ["State", state],
            ]}
          />
        </Panel>
        <Children ids={childrenOf(task)} />
      </div>
    </div>
  );
}

/** What it gave, or why it failed. */
function Outcome({ task: { state, result, traceback } }: { task: TaskView }) {
  if (state === "SUCCESS") {
    return (
      <Panel title="Result">
        <JsonView value={result} label="Return value" />
      </Panel>
    );
  }
  if (result === null) return null;
  return (
    <Panel title={state === "RETRY" ? "Why it is tried again" : state === "FAILURE" ? "Error" : "What it says"}>
      <div class="stack">
        <JsonView value={result} label="What was thrown" />
        {traceback !== null && traceback !== "" && <TextView text={traceback} label="Stack" />}
      </div>
    </Panel>
  );
}

function Children({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <Panel title={`Children (${ids.length})`}>
      <ul class="ids">
        {ids.map((id) => (
          <li key={id}>
            <TaskLink id={id} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The ids in Celery's result tuples, `[[id, parent], children]`. */
function childrenOf({ children }: TaskView): string[] {
  return (children ?? []).flatMap((child) => {
    const [address] = Array.isArray(child) ? (child as unknown[]) : [];
    const [id] = Array.isArray(address) ? (address as unknown[]) : [];
    return typeof id === "string" ? [id] : [];
  });
}

async function read(id: string): Promise<Known> {
  const path = `/v1/results/${encodeURIComponent(id)}?attempts=true`;
  const { attempts, ...document } = await client.request<ResultDocument & Pick<Known, "attempts">>({ method: "GET", path });
  return { task: taskView(document, "UTC"), attempts };
}
