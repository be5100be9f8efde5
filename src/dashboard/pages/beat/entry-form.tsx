import { useEffect, useRef, useState } from "preact/hooks";
import { segment } from "../../../client/query.ts";
import { snakeMembers } from "../../../core/wire/snake-members.ts";
import { CodeField, Field } from "../../parts/field.tsx";
import { type FieldFaults, fieldFaults } from "../../parts/field-faults.ts";
import { EmptyNote, LoadingNote } from "../../parts/notes.tsx";
import { Page, Panel } from "../../parts/panel.tsx";
import { tell } from "../../parts/toast.tsx";
import { usePolled } from "../../polled.ts";
import { go, to } from "../../router.ts";
import { client } from "../../session.ts";
import { ENTRY_FIELDS, type EntryDraft, entryOf, NEW_ENTRY, scheduleOf } from "./entry-draft.ts";
import { usePreview, useTimezone } from "./preview.ts";
import { RunsList } from "./runs-list.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";

const PREVIEWED = 8;
const NONE: FieldFaults = new Map();

/** The form that adds an entry. */
export function NewEntry() {
  return <EntryForm initial={NEW_ENTRY} isNew />;
}

/** The form that changes one. */
export function EditEntry({ draft }: { draft: EntryDraft }) {
  return <EntryForm initial={draft} />;
}

function EntryForm({ initial, isNew = false }: { initial: EntryDraft; isNew?: boolean }) {
  const [draft, setDraft] = useState(initial);
  const [refused, setRefused] = useState(NONE);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const home = useTimezone();
  const change = (part: Partial<EntryDraft>) => setDraft((before) => ({ ...before, ...part }));
  const when = scheduleOf(draft);
  const timezone = draft.timezone.trim();
  const preview = usePreview(
    "value" in when && draft.rest.cron === undefined ? { schedule: when.value, timezone, count: PREVIEWED } : undefined,
  );
  const previewed = preview.error === undefined ? NONE : fieldFaults(preview.error, ["schedule", "timezone"]);
  const faults: FieldFaults = new Map([...refused, ...previewed]);

  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  useEffect(() => {
    if (refused.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);

  const save = async (event: Event) => {
    event.preventDefault();
    const made = entryOf(draft);
    if ("faults" in made) return setRefused(made.faults);
    const name = draft.name.trim();
    setBusy(true);
    try {
      if (isNew && (await client.schedules.list()).some((one) => one.name === name)) {
        return setRefused(new Map([["name", "There is an entry of this name. Choose another, or edit that one."]]));
      }
      const warning = await put(name, made.entry);
      tell(warning ?? `${name} is saved.`, { tone: warning === undefined ? "good" : "bad" });
      go(to("beat", name));
    } catch (error) {
      setRefused(fieldFaults(error, ENTRY_FIELDS));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page title={isNew ? "New entry" : `Edit ${initial.name}`}>
      <form ref={form} class="columns" onSubmit={save} noValidate>
        <div class="stack">
          <Panel title="When">
            <div class="form">
              {isNew && <Text label="Name" value={draft.name} change={(name) => change({ name })} fault={faults.get("name")} />}
              {draft.rest.cron === undefined && <ScheduleFields draft={draft} change={change} faults={faults} home={home} />}
              <label class="inline">
                <input type="checkbox" checked={draft.enabled} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
                Enabled
              </label>
            </div>
          </Panel>
          <Panel title="What">
            <CallFields draft={draft} change={change} faults={faults} />
          </Panel>
          {faults.has("") && (
            <p class="fault lines" role="alert">
              {faults.get("")}
            </p>
          )}
          <div class="fields">
            <button type="submit" class="primary" aria-busy={isBusy} disabled={isBusy}>
              {isNew ? "Add entry" : "Save"}
            </button>
            <a class="button" href={to("beat", isNew ? "" : initial.name)}>
              Cancel
            </a>
          </div>
        </div>
        <Panel title="It would be due" aside={timezone || home}>
          <div aria-live="polite">
            {preview.value !== undefined ? (
              <Coming fires={preview.value.fires} warning={preview.value.warning} zone={timezone || home || "UTC"} />
            ) : "value" in when && preview.error === undefined && draft.rest.cron === undefined ? (
              <LoadingNote rows={PREVIEWED} />
            ) : (
              <EmptyNote title="Not known">
                <p>Its next runs are shown here as soon as the schedule can be read.</p>
              </EmptyNote>
            )}
          </div>
        </Panel>
      </form>
    </Page>
  );
}

/** As it is written: arguments that hold Celery's tags keep them, which `client.schedules.put` would take for values. */
async function put(name: string, entry: object): Promise<string | undefined> {
  const body = JSON.stringify(snakeMembers(entry));
  const asked = { method: "PUT", path: `/v1/schedules/${segment(name)}`, body } as const;
  return (await client.request<{ warning?: string }>(asked)).warning;
}

function Coming({ fires, warning, zone }: { fires: readonly Date[]; warning: string | undefined; zone: string }) {
  if (fires.length === 0) return <p class="fault">{warning ?? "Never: its time is over."}</p>;
  return <RunsList runs={fires} zone={zone} />;
}

function CallFields({ draft, change, faults }: { draft: EntryDraft; change: (part: Partial<EntryDraft>) => void; faults: FieldFaults }) {
  const tasks = usePolled(() => client.tasks(), 0).value ?? [];
  const described = (
    <Text
      label="Description"
      aside="optional"
      value={draft.description}
      change={(description) => change({ description })}
      fault={faults.get("description")}
    />
  );
  if (draft.canvas !== "") {
    return (
      <div class="form">
        <CodeField
          label="Canvas"
          aside="Celery's JSON"
          rows={8}
          value={draft.canvas}
          change={(canvas) => change({ canvas })}
          fault={faults.get("canvas")}
        />
        {described}
      </div>
    );
  }
  return (
    <div class="form">
      <Text label="Task" list="tasks" value={draft.task} change={(task) => change({ task })} fault={faults.get("task")} />
      <datalist id="tasks">
        {tasks.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <CodeField
        label="Arguments"
        aside="a JSON array"
        value={draft.args}
        change={(args) => change({ args })}
        fault={faults.get("args")}
        rows={2}
      />
      <CodeField
        label="Keyword arguments"
        aside="a JSON object"
        value={draft.kwargs}
        change={(kwargs) => change({ kwargs })}
        fault={faults.get("kwargs")}
        rows={2}
      />
      <CodeField
        label="Options"
        aside="a JSON object"
        hint='As of a call: {"queue": "mail", "expires": 60, "priority": 5}'
        value={draft.options}
        change={(options) => change({ options })}
        fault={faults.get("options")}
        rows={2}
      />
      {described}
    </div>
  );
}

function Text({
  label,
  aside,
  value,
  change,
  fault,
  list,
}: {
  label: string;
  aside?: string;
  value: string;
  change: (text: string) => void;
  fault: string | undefined;
  list?: string;
}) {
  return (
    <Field label={label} aside={aside} fault={fault}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          list={list}
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
