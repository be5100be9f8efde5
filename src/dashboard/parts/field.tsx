import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What a field's input is given, so that it is found by its label and read with its hint and its fault. */
export interface FieldAttributes {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

/** A field of a form: its name, what fills it, a hint, and what is wrong with it. */
export function Field({
  label,
  aside,
  hint,
  fault,
  children,
}: {
  label: string;
  /** A word beside the label: what kind of value, that it may be left out. */
  aside?: string;
  hint?: ComponentChildren;
  fault?: string;
  children: (attributes: FieldAttributes) => ComponentChildren;
}) {
  const id = useId();
  const hasHint = hint !== undefined && hint !== "";
  const told = [hasHint && `${id}-hint`, fault !== undefined && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label} {aside !== undefined && <span class="faint">{aside}</span>}
      </label>
      {children({ id, "aria-describedby": told === "" ? undefined : told, "aria-invalid": fault !== undefined })}
      {fault !== undefined && (
        <p id={`${id}-fault`} class="fault lines">
          {fault}
        </p>
      )}
      {hasHint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A field that holds JSON, or any text of several lines, in fixed letters. */
export function CodeField({
  label,
  aside,
  hint,
  fault,
  value,
  rows = 3,
  change,
}: {
  label: string;
  aside?: string;
  hint?: ComponentChildren;
  fault?: string;
  value: string;
  rows?: number;
  change: (text: string) => void;
}) {
  return (
    <Field label={label} aside={aside} hint={hint} fault={fault}>
      {(attributes) => (
        <textarea
          {...attributes}
          class="mono"
          rows={Math.min(16, Math.max(rows, value.split("\n").length))}
          spellcheck={false}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
