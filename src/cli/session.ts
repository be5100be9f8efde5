import type { Clock } from "../clock.ts";
import type { Server } from "./server.ts";
import type { Terminal } from "./terminal.ts";

/** What a command works with, once its options are read. */
export interface Session {
  terminal: Terminal;
  server: Server;
  clock: Clock;
  /** `--json`: answers are printed as JSON. */
  json: boolean;
  /** `--no-color`, for what draws by itself. */
  plain: boolean;
  /** Aborted when the user interrupts the command (Ctrl-C). */
  signal: AbortSignal;
}
