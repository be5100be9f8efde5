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
}

/** A call's arguments. */
export function writeWork({ token, milliseconds, kind }: Work): unknown[] {
  return [token, milliseconds, kind];
}

/** The same, read from what the consumer was granted. */
export function readWork([token, milliseconds, kind]: readonly unknown[]): Work {
  return { token: String(token), milliseconds: Number(milliseconds), kind: kind === "fails" || kind === "poison" ? kind : "ends" };
}
