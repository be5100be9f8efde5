import { join } from "node:path";
import { converse } from "./conversation.ts";
import { missingPackages } from "./npm-peers.ts";
import type { Peer } from "./peer.ts";
import { missingPostgres, startPostgres } from "./postgres.ts";

/** graphile-worker with PostgreSQL as it comes. Its settings and their reasons are in `graphile-client.mjs`. */
export const graphilePeer: Peer = {
  name: "graphile-worker",
  bulkTasks: 50_000,
  missing: () => missingPostgres() ?? missingPackages(["graphile-worker", "pg"]),
  async start() {
    const postgres = await startPostgres();
    const args = [join(import.meta.dirname, "graphile-client.mjs")];
    const env = { DATABASE_URL: postgres.url, NO_LOG_SUCCESS: "1" };
    return converse({ name: "graphile-client", command: process.execPath, args, env }, [postgres]);
  },
};
