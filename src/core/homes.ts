/**
 * Homes: which shard decides whether a name of the caller's (an idempotency key, a task id) is taken. By rendezvous hash: of all
 * shards, the one whose hash with the name is highest. When a shard is added, the names it wins move to it and no other name
 * moves. What is computed here must never change: names that were given stand where it said.
 */
import { addressOf } from "./ids.ts";

/** The most shards a deployment may have. Ids could tell 256 apart (core/ids.ts); each is woken every minute. */
export const MOST_SHARDS = 64;

const KEY = "k";
const ID = "i";
const LIMIT = "l";

/** The name that an idempotency key is. Keys and task ids never name the same thing. */
export function nameOfKey(key: string): string {
  return KEY + key;
}

/** The name that a task id is which a caller chose. */
export function nameOfId(id: string): string {
  return ID + id;
}

/** The name that a limit is: where its home is, there waits what is under it. */
export function nameOfLimit(name: string): string {
  return LIMIT + name;
}

/** What a name was made of. */
export function readName(name: string): { key: string } | { id: string } {
  const text = name.slice(1);
  return name.startsWith(KEY) ? { key: text } : { id: text };
}

/** A name's home among shards 0 to `shards` - 1. An id that has the form of ours is at home where it points: that shard knows whether it gave it. */
export function homeOf(name: string, shards: number): number {
  return homesOf(name, shards)[0] ?? 0;
}

/**
 * The shard that is a name's home among `shards` shards, and after it those that were when there were fewer, newest first:
 * about ln(`shards`) + 1 of them, since each shard that was added has won few of the names.
 */
export function homesOf(name: string, shards: number): number[] {
  const pointed = name.startsWith(ID) ? (addressOf(name.slice(1))?.shard ?? shards) : shards;
  const homes: number[] = [];
  const hash = hashOf(name);
  let highest = -1;
  for (let shard = 0; shard < Math.min(shards, pointed); shard++) {
    const score = scramble(hash ^ Math.imul(shard + 1, 0x9e3779b1));
    if (score <= highest) continue;
    highest = score;
    homes.unshift(shard);
  }
  if (pointed < shards) homes.unshift(pointed);
  return homes;
}

/** What one of `shards` shards may have of a `total` that they share: as equal as whole numbers are, and 1 at least. */
export function shareOf(total: number, shard: number, shards: number): number {
  return Math.max(1, Math.floor(total / shards) + (shard < total % shards ? 1 : 0));
}

/** FNV-1a over the name's UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}

/** The last step of MurmurHash3: every bit of the input changes half the bits of the output. From 0 to 2^32 - 1. */
function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
