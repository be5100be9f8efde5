import { signal } from "@preact/signals";
import { errorText } from "./error-text.ts";

interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
  /** Where it leads, and the words of that link. */
  link: { href: string; words: string } | undefined;
}

const MILLISECONDS = 8_000;
const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Says something in the corner of the page for some seconds; screen readers say it too. */
export function tell(text: string, { tone = "good", link }: { tone?: "good" | "bad"; link?: { href: string; words: string } } = {}): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value.slice(-3), { id, text, tone, link }];
  setTimeout(() => dismiss(id), MILLISECONDS);
}

/** Says what went wrong. */
export function tellError(error: unknown): void {
  tell(errorText(error), { tone: "bad" });
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Where they appear; once in the layout. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone, link }) => (
        <div key={id} class="toast" data-tone={tone}>
          <span class="lines">{text}</span>
          {link && <a href={link.href}>{link.words}</a>}
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
