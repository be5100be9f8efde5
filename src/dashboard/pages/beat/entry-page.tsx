import type { ComponentChildren } from "preact";
import type { ScheduleView } from "../../../client/schedules.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { exactly, Moment } from "../../parts/moment.tsx";
import { Asked, ErrorNote, LoadingNote } from "../../parts/notes.tsx";
import { countText } from "../../parts/number-text.ts";
import { Facts, Page, Panel } from "../../parts/panel.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { place, to } from "../../router.ts";
import { client, may } from "../../session.ts";
import { comingRuns, previewOf } from "./coming-runs.ts";
import { EditActions, isEditable, RunActions } from "./entry-actions.tsx";
import { draftOf } from "./entry-draft.ts";
import { EditEntry } from "./entry-form.tsx";
import { usePreview, useTimezone } from "./preview.ts";
import { RunsList } from "./runs-list.tsx";
import { calledText, scheduleText } from "./schedule-text.ts";

const POLL_SECONDS = 2;

/** One entry: when it is due, what it sends, and what can be done with it. */
export function EntryPage({ name }: { name: string }) {
  const polled = usePolled(() => client.schedules.get(name), POLL_SECONDS, [name]);
  const entry = polled.value;
  if (entry !== undefined && place.value.query.has("edit") && may("control") && isEditable(entry)) {
    return <EditEntry draft={draftOf(entry)} />;
  }
  const actions = entry && (
    <>
      <RunActions entry={entry} refresh={polled.refresh} />
      <EditActions entry={entry} />
    </>
  );
  return (
    <Page title={name} hint={entry && (entry.enabled ? calledText(entry) : <span class="badge">❚❚ disabled</span>)} actions={actions}>
      <Asked polled={polled} rows={8}>
        {(known) => <Shown entry={known} />}
      </Asked>
    </Page>
  );
}

function Shown({ entry }: { entry: ScheduleView }) {
  const { args = [], kwargs = {}, options = {}, canvas } = entry;
  return (
    <div class="columns">
      <div class="stack">
        <ComingRuns entry={entry} />
        <Panel title="Call" aside={canvas === undefined && <a href={to("tasks", "", { name: entry.task })}>Its tasks</a>}>
          {canvas === undefined ? (
            <div class="stack">
              <JsonView value={args} label="Arguments" />
              {Object.keys(kwargs).length > 0 && <JsonView value={kwargs} label="Keyword arguments" />}
              {Object.keys(options).length > 0 && <JsonView value={options} label="Options" />}
            </div>
          ) : (
            <JsonView value={canvas} label="Canvas" />
          )}
        </Panel>
      </div>
      <Panel title="Entry">
        <EntryFacts entry={entry} />
      </Panel>
    </div>
  );
}

function EntryFacts({ entry }: { entry: ScheduleView }) {
  const { timezone, description, nextRunAt, lastRunAt, lastTaskId, totalRunCount, firstSeen } = entry;
  const { rest } = draftOf(entry);
  const facts: ([string, ComponentChildren] | false)[] = [
    ["Sends", calledText(entry)],
    ["Schedule", scheduleText(entry)],
    timezone !== undefined && ["Time zone", String(timezone)],
    typeof description === "string" && description !== "" && ["Description", description],
    ["Next", <Instant at={nextRunAt} />],
    ["Last", <Instant at={lastRunAt} />],
    lastTaskId !== null && ["Last task", <TaskLink id={lastTaskId} />],
    ["Sent", countText(totalRunCount)],
    ["Known since", exactly(firstSeen)],
    ...Object.entries(rest).map(([key, value]): [string, ComponentChildren] => [wordsOf(key), String(value)]),
    [
      "From",
      isEditable(entry) ? (
        "added here, over HTTP"
      ) : (
        <>
          <code>wrangler.toml</code> or code: change it there and deploy
        </>
      ),
    ],
  ];
  return <Facts facts={facts} />;
}

function Instant({ at }: { at: Date | null }) {
  return (
    <>
      <Moment at={at} /> {at !== null && <span class="faint">{exactly(at)}</span>}
    </>
  );
}

/** `startingDeadline` as `Starting deadline`. */
function wordsOf(key: string): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function ComingRuns({ entry }: { entry: ScheduleView }) {
  const home = useTimezone();
  const { value, error, refresh } = usePreview(previewOf(entry));
  const zone = typeof entry.timezone === "string" ? entry.timezone : home;
  const runs = comingRuns(entry, value?.fires ?? []);
  const words = () => {
    if (entry.cron !== undefined)
      return <p class="faint">It follows a Cron Trigger of the deployment, whose instants the platform tells.</p>;
    if (error !== undefined) return <ErrorNote error={error} again={refresh} />;
    if (value === undefined || zone === undefined) return <LoadingNote rows={4} />;
    if (value.warning !== undefined) return <p class="fault">{value.warning}</p>;
    if (runs.length === 0) return <p class="faint">It is not due any more.</p>;
    return (
      <>
        {!entry.enabled && <p class="stale">It is disabled. Were it enabled now, it would be due at:</p>}
        <RunsList runs={runs} zone={zone} />
      </>
    );
  };
  return (
    <Panel title="Next runs" aside={zone}>
      {words()}
    </Panel>
  );
}
