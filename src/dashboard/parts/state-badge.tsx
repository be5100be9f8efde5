/** How each state is drawn: a shape of its own, so that it is told without its colour. Paths of a 16 by 16 field. */
const SHAPES: Readonly<Record<string, string>> = {
  PENDING: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z",
  RECEIVED: "M8 3v5l3 2M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z",
  STARTED: "M5 3.5v9l7.5-4.5Z",
  RETRY: "M12.5 8a4.5 4.5 0 1 1-1.4-3.2M12.6 2.5v3h-3",
  SUCCESS: "m3.5 8.5 3 3 6-7",
  FAILURE: "m4 4 8 8m0-8-8 8",
  REVOKED: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.2 4.2l7.6 7.6",
};

/** The states that have a filter of their own, in the order of a task's life. */
export const STATES = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"] as const;

/** A state's shape alone, beside its word. */
export function StateShape({ state }: { state: string }) {
  return (
    <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[state] ?? "M4 4h8v8H4Z"} />
    </svg>
  );
}

/** A task's state: its shape, its word, its colour. States of a task's own are shown by their name. */
export function StateBadge({ state }: { state: string }) {
  return (
    <span class="badge" data-state={state in SHAPES ? state : "custom"}>
      <StateShape state={state} />
      {state}
    </span>
  );
}
