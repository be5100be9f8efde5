import { useState } from "preact/hooks";
import { CopyButton } from "./copy-button.tsx";

/** More lines than these are shown when they are asked for. */
const FIRST_LINES = 40;

/** A value as JSON, always as text; a long one is folded. What JSON cannot say is said in words. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = jsonText(value);
  return <TextView text={text} label={label} />;
}

/** Text as it is, in fixed letters: a stack, a command. A long one is folded. */
export function TextView({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  const lines = text.split("\n");
  const isLong = lines.length > FIRST_LINES;
  return (
    <div class="code">
      <div class="code-actions">
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{isLong && !isWhole ? `${lines.slice(0, FIRST_LINES).join("\n")}\n…` : text}</pre>
      </section>
      {isLong && (
        <button type="button" class="quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Fold" : `Show all ${lines.length} lines`}
        </button>
      )}
    </div>
  );
}

/** A value as indented JSON. */
export function jsonText(value: unknown): string {
  const written = JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? `${member}` : member), 2);
  return written ?? String(value);
}
