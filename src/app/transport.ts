import type { Call } from "../core/call.ts";
import type { Lookup, TaskRecord } from "../core/result.ts";

/** How the app reaches a broker: a binding inside the Worker, HTTP in other programs, nothing at all when eager. */
export interface Transport {
  submit(calls: Call[], options?: { waitSeconds?: number }): Promise<Submitted>;
  result(id: string, waitSeconds: number): Promise<Lookup>;
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Sets a task's rate, in tasks a second; null: no limit; undefined: what its calls say counts again. */
  limit(request: { name: string; perSecond?: number | null | undefined }): Promise<void>;
}

/** The broker's answer to a submit: ids in the order of the calls, or why nothing was accepted. */
export type Submitted =
  | { ok: true; ids: string[]; duplicates: number[]; record?: TaskRecord }
  | { ok: false; code: string; index: number; message: string; retryAfterSeconds?: number };
