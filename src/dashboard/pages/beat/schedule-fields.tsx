import { Choice } from "../../parts/choice.tsx";
import { Field } from "../../parts/field.tsx";
import type { FieldFaults } from "../../parts/field-faults.ts";
import { type EntryDraft, type ScheduleKind, UNITS } from "./entry-draft.ts";

const KINDS: readonly (readonly [ScheduleKind, string])[] = [
  ["every", "Every"],
  ["crontab", "Crontab"],
  ["once", "Once"],
  ["json", "JSON"],
];

/** When an entry is due: one of four ways to say it, and the time zone that it is read in. */
export function ScheduleFields({
  draft,
  change,
  faults,
  home,
}: {
  draft: EntryDraft;
  change: (part: Partial<EntryDraft>) => void;
  faults: FieldFaults;
  /** The deployment's time zone. */
  home: string | undefined;
}) {
  return (
    <>
      <Choice label="Kind of schedule" options={KINDS} chosen={draft.kind} choose={(kind) => change({ kind })} />
      <When draft={draft} change={change} fault={faults.get("schedule")} />
      <Field
        label="Time zone"
        aside={home === undefined ? "optional" : `default ${home}`}
        hint="What a crontab's hours are read in."
        fault={faults.get("timezone")}
      >
        {(attributes) => (
          <>
            <input
              {...attributes}
              type="text"
              list="zones"
              autocomplete="off"
              spellcheck={false}
              value={draft.timezone}
              onInput={(event) => change({ timezone: event.currentTarget.value })}
            />
            <datalist id="zones">
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </>
  );
}

function When({ draft, change, fault }: { draft: EntryDraft; change: (part: Partial<EntryDraft>) => void; fault: string | undefined }) {
  if (draft.kind === "every") {
    return (
      <Field label="Every" fault={fault}>
        {(attributes) => (
          <div class="fields">
            <input
              {...attributes}
              type="text"
              inputMode="decimal"
              class="short"
              value={draft.every}
              onInput={(event) => change({ every: event.currentTarget.value })}
            />
            <select
              aria-label="Unit"
              value={draft.unit}
              onChange={(event) => change({ unit: UNITS.find((one) => one === event.currentTarget.value) ?? "seconds" })}
            >
              {UNITS.map((unit) => (
                <option key={unit}>{unit}</option>
              ))}
            </select>
          </div>
        )}
      </Field>
    );
  }
  const [label, key, hint] = TEXTS[draft.kind];
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          class="mono"
          spellcheck={false}
          autocomplete="off"
          value={draft[key]}
          onInput={(event) => change({ [key]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

const TEXTS = {
  crontab: ["Crontab", "crontab", "minute, hour, day of month, month, day of week: 30 2 * * mon-fri"],
  once: ["At", "at", "ISO 8601 with its zone: 2026-12-24T18:00:00+01:00"],
  json: ["Schedule as JSON", "schedule", 'Any form: {"event": "sunset", "lat": 51.5, "lon": -0.1}, {"hours": 1, "relative": true}'],
} as const;
