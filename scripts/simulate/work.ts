import type { TaskDefinition } from "../../src/core/task-definition.ts";

/** The name of the one task of the simulation. */
export const WORK = "simulate.work";

/** As the doors see it. */
export const WORK_DEFINITION: TaskDefinition = { name: WORK };

/** What one task is to do. */
export interface Work {
  /** Tells calls apart: one token is one task, however often its submit was sent. */
  token: string;
  milliseconds: number;
  /** `fails` throws at its end, `poison` kills its consumer. */
  kind: "ends" | "fails" | "poison";
  /** How often it asks to be retried before it ends well, each time after so many milliseconds. */
  retries: number;
  delay: number;
  /** It asks now and then to be granted again. */
  rejects: boolean;
  /** How often a retry has changed its arguments. */
  round: number;
}

/** A call's arguments. */
export function writeWork({ token, milliseconds, kind, retries, delay, rejects, round }: Work): unknown[] {
  return [token, milliseconds, kind, retries, delay, rejects, round];
}

/** The same, read from what the consumer was granted. */
export function readWork([token, milliseconds, kind, retries, delay, rejects, round]: readonly unknown[]): Work {
  return {
    token: String(token),
    milliseconds: Number(milliseconds),
    kind: kind === "fails" || kind === "poison" ? kind : "ends",
    retries: Number(retries),
    delay: Number(delay),
    rejects: rejects === true,
    round: Number(round),
  };
}
