/** Calls that are to be one: the key that tells them from their arguments, and how long it is held. */
import { bindArguments } from "./arguments.ts";
import { fingerprint } from "./fingerprint.ts";
import type { State } from "./state.ts";
import { isFinal } from "./state.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** Until when a second call is answered with the first one's id. */
export type UniqueUntil = "started" | "done" | "window";

/** A key that is held. */
export interface UniqueHold {
  /** `started`: until the first call starts; `done`: until it has ended; `window`: until the time is over, whatever became of it. */
  until: UniqueUntil;
  /** Until then at most: milliseconds since 1970. A hold always ends, so that no crash leaves one for ever. */
  expires: number;
}

/** How many characters of a task's name its keys begin with, for people who read them. */
const SHOWN_NAME = 200;

/**
 * The key of a call: the same for the same task with the same arguments, whatever the order of keywords and, where `parameters` are declared, however
 * they were given (`add(2, 3)` is `add(2, y=3)`). Options play no part. Two different calls share one by chance only (64 bits). At most
 * 255 characters, so it can be an idempotency key. Throws `RefusedCall` when the arguments do not fit.
 */
export function uniqueKey(definition: TaskDefinition, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): string {
  const { name } = definition;
  const given = definition.parameters === undefined ? { args, kwargs } : { args: bindArguments(definition, args, kwargs) };
  return `unique:${name.slice(0, SHOWN_NAME)}:${fingerprint({ name, ...given })}`;
}

/** Tells whether a key is still held by its first call. `state` is that call's; null: it is gone (expired, forgotten). */
export function isHeld(hold: UniqueHold, state: State | null, now: number): boolean {
  if (now >= hold.expires || state === null) return false;
  if (hold.until === "window") return true;
  if (isFinal(state)) return false;
  // A task that waits for a retry has started, though it does not run.
  return hold.until === "done" || (state !== "STARTED" && state !== "RETRY");
}
