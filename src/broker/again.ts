import type { Timers } from "../clock.ts";

/** How often a call is tried, and the wait before the second try (milliseconds; it doubles). */
const TRIES = 6;
const FIRST_PAUSE_MILLISECONDS = 20;

/** Makes a call of an object again when the object was reset under it, some times, with pauses that double. Rejects with what the last one rejected with. */
export async function again<T>(call: () => Promise<T>, timers: Timers): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === TRIES || !isReset(error)) throw error;
      await new Promise<void>((resolve) => timers.after(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), resolve));
    }
  }
}

/** Whether the object, not the call, failed: the platform's marks, and its texts where it sets none. */
function isReset(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { retryable, overloaded, durableObjectReset } = error as Error & Record<"retryable" | "overloaded" | "durableObjectReset", unknown>;
  if (overloaded === true) return false;
  return (
    retryable === true ||
    durableObjectReset === true ||
    /Durable Object reset because|Network connection lost|no longer active|starts again/.test(error.message)
  );
}
