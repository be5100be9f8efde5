import { CodeField, Field, type FieldAttributes } from "../../parts/field.tsx";
import type { ArgumentField } from "./argument-fields.ts";
import { looseValue } from "./filled-call.ts";

/** What fills one argument in. */
export function ArgumentInput({
  field,
  text,
  change,
  fault,
}: {
  field: ArgumentField;
  text: string;
  change: (text: string) => void;
  fault: string | undefined;
}) {
  const { label, kind, required, description, choices } = field;
  const aside = [WORDS[kind], required ? "" : "optional"].filter(Boolean).join(", ");
  if (kind === "json" || kind === "rest") {
    return <CodeField label={label} aside={aside} hint={description} fault={fault} value={text} rows={2} change={change} />;
  }
  const hint = kind === "any" && text.trim() !== "" ? `Sent as ${typeWords(looseValue(text))}. ${description}` : description;
  return (
    <Field label={label} aside={aside} hint={hint} fault={fault}>
      {(attributes) =>
        kind === "choice" || kind === "truth" ? (
          <Options attributes={attributes} values={kind === "truth" ? [true, false] : choices} text={text} change={change} />
        ) : (
          <input
            {...attributes}
            type="text"
            inputMode={kind === "number" ? "decimal" : undefined}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => change(event.currentTarget.value)}
          />
        )
      }
    </Field>
  );
}

function Options({
  attributes,
  values,
  text,
  change,
}: {
  attributes: FieldAttributes;
  values: readonly unknown[];
  text: string;
  change: (text: string) => void;
}) {
  return (
    <select {...attributes} value={text} onChange={(event) => change(event.currentTarget.value)}>
      <option value="">–</option>
      {values.map((value) => (
        <option key={JSON.stringify(value)} value={JSON.stringify(value)}>
          {String(value)}
        </option>
      ))}
    </select>
  );
}

const WORDS = { text: "text", number: "number", truth: "", choice: "", json: "JSON", any: "", rest: "a JSON array" } as const;

function typeWords(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return `the text “${value}”`;
  return typeof value === "object" ? "an object" : `the ${typeof value} ${String(value)}`;
}
