import type { ResultConnection, ResultTransport } from "../result-connection.ts";
import type { Transport } from "../transport.ts";

/** What the results of canvases stand on: that of tasks, and the way to groups and workflows. */
export interface CanvasConnection extends ResultConnection {
  get(): ReturnType<ResultConnection["get"]> & { transport: ResultTransport & Pick<Transport, "group" | "tree"> };
}
