import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { Transport } from "./transport.ts";

/** What results ask of a transport. */
export type ResultTransport = Pick<Transport, "result" | "forget" | "revoke">;

/** What results stand on: an app's connection inside the Worker, HTTP in other programs. */
export interface ResultConnection {
  get(): { transport: ResultTransport; config: Pick<Config, "timezone">; clock: Clock };
}
