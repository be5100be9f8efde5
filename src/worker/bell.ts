import type { Bell } from "../broker/api.ts";

/** Reads a queue message's body; undefined when it is no bell: an object with a `queue` (a name) and a `shard` (0, 1, …). */
export function readBell(body: unknown): Bell | undefined {
  if (typeof body !== "object" || body === null || !("queue" in body) || !("shard" in body)) return undefined;
  const { queue, shard } = body;
  if (typeof queue !== "string" || queue === "") return undefined;
  if (typeof shard !== "number" || !Number.isSafeInteger(shard) || shard < 0) return undefined;
  return { queue, shard };
}
