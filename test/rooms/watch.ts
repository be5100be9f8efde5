import type { Bell, Grant } from "../../src/broker/api.ts";

/** What one Broker object did to the world: its bells, its alarms, its statements. */
export interface Watch {
  bells: Bell[];
  /** The instants that its alarm was set for. */
  alarms: number[];
  statements: SqlStorageCursor<Record<string, SqlStorageValue>>[];
  /** What the express lane was handed. */
  express: Grant[];
  /** The transport takes no bells. */
  broken: boolean;
}

/** The watched objects, by name; the test's entry fills them in and reads them, since both live in one isolate. */
export const watches = new Map<string, Watch>();

/** `[vars.celeryconfig]` of a watched object, by name. */
export const configs = new Map<string, unknown>();
