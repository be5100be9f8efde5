import { countText } from "./number-text.ts";
import { STATES, StateShape } from "./state-badge.tsx";

/** How many are in each state: a bar, and each state's shape, count and word (`isShort`: the word for screen readers and in a tooltip only). */
export function StateCounts({ counts, isShort = false }: { counts: ReadonlyMap<string, number>; isShort?: boolean }) {
  const ordered = [...counts].toSorted(([one], [other]) => place(one) - place(other));
  return (
    <span class="state-counts">
      <span class="state-bar" aria-hidden="true">
        {ordered.map(([state, count]) => (
          <span key={state} data-state={known(state)} style={{ flexGrow: count }} />
        ))}
      </span>
      <span class="state-numbers">
        {ordered.map(([state, count]) => (
          <span key={state} data-state={known(state)} title={state}>
            <StateShape state={state} />
            {countText(count)}
            <span class={isShort ? "hidden-text" : "state-word"}> {state}</span>
          </span>
        ))}
      </span>
    </span>
  );
}

const ORDER: readonly string[] = STATES;

/** What has ended well comes first, as a bar fills. */
function place(state: string): number {
  const fromEnd = ["SUCCESS", "FAILURE", "REVOKED", "RETRY", "STARTED"].indexOf(state);
  return fromEnd === -1 ? 5 : fromEnd;
}

function known(state: string): string {
  return ORDER.includes(state) ? state : "custom";
}
