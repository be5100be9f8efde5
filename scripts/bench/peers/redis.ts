import { freePort, newFolder, type Program, startProgram } from "../program.ts";

/** When Redis writes to disk: at every command, before it answers; or as it does unless told otherwise (snapshots, at times). */
export type Durability = "always" | "default";

/** A Redis server of its own on loopback. */
export interface Redis extends Pick<Program, "stop"> {
  port: number;
}

/** Starts redis-server with its data in a new folder. */
export async function startRedis(durability: Durability): Promise<Redis> {
  const port = await freePort();
  const append = durability === "always" ? ["--appendonly", "yes", "--appendfsync", "always"] : [];
  const { stop } = await startProgram({
    name: "redis-server",
    command: "redis-server",
    args: ["--port", String(port), "--bind", "127.0.0.1", "--dir", newFolder(), ...append],
    ready: /Ready to accept connections/,
  });
  return { port, stop };
}
