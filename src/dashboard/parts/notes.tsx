import type { ComponentChildren } from "preact";
import { errorText } from "./error-text.ts";

/** Nothing is there, why, and what to do about it. */
export function EmptyNote({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="note empty">
      <p class="note-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong, told to screen readers at once, and a button to ask again. */
export function ErrorNote({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div class="note error" role="alert">
      <p class="note-title">That did not work</p>
      <p class="lines">{errorText(error)}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Something is on its way. */
export function LoadingNote({ rows = 3 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} class="bone" />
      ))}
    </div>
  );
}

/** What was asked for, or that it is on its way, or why it did not come. An older value stays while a newer one fails, under a line that says so. */
export function Asked<V>({
  polled,
  rows,
  children,
}: {
  polled: { value: V | undefined; error: unknown; refresh(): void };
  rows?: number;
  children: (value: V) => ComponentChildren;
}) {
  const { value, error, refresh } = polled;
  if (value === undefined) return error === undefined ? <LoadingNote rows={rows} /> : <ErrorNote error={error} again={refresh} />;
  return (
    <>
      {error !== undefined && <p class="stale">Not up to date: {errorText(error)}</p>}
      {children(value)}
    </>
  );
}
