import { once } from "node:events";
import { createServer } from "node:net";
import { HOST } from "./miniflare-options.ts";
import { messageOf, RunnerError } from "./runner-error.ts";
import { portInUse } from "./start-failure.ts";

/**
 * Listens on the port for a moment, so that a taken one is said in one line, and before anything is built.
 * @throws RunnerError when the port is in use or may not be used.
 */
export async function probePort(port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host: HOST, port, exclusive: true });
    await once(server, "listening");
    server.close();
    await once(server, "close");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") throw portInUse(port);
    throw new RunnerError(`cannot listen on port ${port}: ${messageOf(error)}`);
  }
}
