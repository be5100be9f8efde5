import { spawnSync } from "node:child_process";
import { chownSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort, newFolder, startProgram } from "../program.ts";

/** A PostgreSQL server of its own on loopback. */
export interface Postgres {
  /** Where clients connect. */
  url: string;
  stop(): Promise<void>;
}

/** Debian keeps the server's programs off the path. */
function programs(): string | undefined {
  const found = globSync("/usr/lib/postgresql/*/bin/initdb").sort().at(-1);
  return found === undefined ? undefined : dirname(found);
}

/** What is missing; nothing when a server can be started. */
export function missingPostgres(): string | undefined {
  return programs() === undefined ? "not installed: apt-get install postgresql" : undefined;
}

/** Starts PostgreSQL as initdb sets it up, its data in a new folder. As root it runs as the user `postgres`: it refuses to be root. */
export async function startPostgres(): Promise<Postgres> {
  const folder = programs();
  if (folder === undefined) throw new Error("expected PostgreSQL, found none");
  const user = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const parent = newFolder();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(parent, user.uid, user.gid);
  const data = join(parent, "data");
  const init = spawnSync(join(folder, "initdb"), ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"], { ...user, cwd: parent });
  if (init.status !== 0) throw new Error(`initdb: ${init.stderr}`);
  const port = await freePort();
  const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${parent}`, "-p", String(port)];
  const { stop } = await startProgram({
    name: "postgres",
    command: join(folder, "postgres"),
    args: ["-D", data, ...settings],
    cwd: parent,
    ...user,
    ready: /ready to accept connections/,
    // Fast shutdown: it does not wait for clients.
    signal: "SIGINT",
  });
  return { url: `postgres://bench@127.0.0.1:${port}/postgres`, stop };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
}
