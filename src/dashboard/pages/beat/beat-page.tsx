import { useState } from "preact/hooks";
import type { ScheduleView } from "../../../client/schedules.ts";
import { now } from "../../now.ts";
import { Moment } from "../../parts/moment.tsx";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { countText } from "../../parts/number-text.ts";
import { Page } from "../../parts/panel.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { place, to } from "../../router.ts";
import { client, may } from "../../session.ts";
import { RunActions } from "./entry-actions.tsx";
import { NewEntry } from "./entry-form.tsx";
import { EntryPage } from "./entry-page.tsx";
import { calledText, scheduleText } from "./schedule-text.ts";

const POLL_SECONDS = 2;
/** Fewer entries than these are seen at a glance. */
const MANY = 10;

/** Beat's entries; one of them (`#/beat/name`); or the form for a new one (`#/beat?new=1`). */
export function BeatPage() {
  const { id, query } = place.value;
  if (id !== "") return <EntryPage key={id} name={id} />;
  if (query.has("new") && may("control")) return <NewEntry />;
  return <Entries />;
}

function Entries() {
  const polled = usePolled(() => client.schedules.list(), POLL_SECONDS);
  const [text, setText] = useState("");
  const add = may("control") && (
    <a class="button primary" href={to("beat", "", { new: "1" })}>
      New entry
    </a>
  );
  return (
    <Page title="Beat" actions={add}>
      <div class="panel">
        <div class="panel-body flush">
          <Asked polled={polled} rows={6}>
            {(entries) => {
              const shown = entries.filter((entry) => `${entry.name} ${calledText(entry)}`.toLowerCase().includes(text.toLowerCase()));
              if (entries.length === 0) return <Nothing />;
              return (
                <>
                  {entries.length > MANY && (
                    <search class="filters">
                      <input
                        type="search"
                        aria-label="Name or task"
                        placeholder="Name or task"
                        value={text}
                        onInput={(event) => setText(event.currentTarget.value)}
                      />
                    </search>
                  )}
                  <EntryTable entries={shown} refresh={polled.refresh} />
                  {shown.length === 0 && <EmptyNote title="No entry matches" />}
                </>
              );
            }}
          </Asked>
        </div>
      </div>
    </Page>
  );
}

function Nothing() {
  return (
    <EmptyNote title="Beat has no entries">
      <p>
        Write them in <code>wrangler.toml</code> as <code>[vars.beat_schedule.name]</code>
        {may("control") ? ", or add one here." : "."}
      </p>
    </EmptyNote>
  );
}

function EntryTable({ entries, refresh }: { entries: readonly ScheduleView[]; refresh: () => void }) {
  return (
    <table class="entries">
      <thead>
        <tr>
          <th scope="col">Entry</th>
          <th scope="col">Schedule</th>
          <th scope="col">Next</th>
          <th scope="col" class="secondary">
            Last
          </th>
          <th scope="col" class="number secondary">
            Sent
          </th>
          <th scope="col" class="secondary">
            From
          </th>
          <th scope="col">
            <span class="hidden-text">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.name} data-enabled={entry.enabled}>
            <th scope="row">
              <a href={to("beat", entry.name)}>{entry.name}</a>
              <div class="faint">{calledText(entry)}</div>
            </th>
            <td>
              {scheduleText(entry)}
              {entry.timezone !== undefined && <div class="faint">{String(entry.timezone)}</div>}
            </td>
            <td class="nowrap">
              <NextRun entry={entry} />
            </td>
            <td class="nowrap secondary">
              <Moment at={entry.lastRunAt} /> {entry.lastTaskId !== null && <TaskLink id={entry.lastTaskId} />}
            </td>
            <td class="number secondary">{countText(entry.totalRunCount)}</td>
            <td class="secondary">{entry.source === "http" ? "here" : entry.source}</td>
            <td class="actions">
              <RunActions entry={entry} refresh={refresh} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** When it is due next; that it is not, and why. */
function NextRun({ entry: { enabled, nextRunAt } }: { entry: ScheduleView }) {
  if (!enabled) return <span class="badge">❚❚ disabled</span>;
  if (nextRunAt === null) return <span class="faint">never again</span>;
  return Number(nextRunAt) > now.value ? <Moment at={nextRunAt} /> : <>now</>;
}
