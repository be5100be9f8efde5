/**
 * Ids that are addresses. A task id is a UUID (RFC 9562, version 8) made of the shard, the page and the slot where the
 * task lies, and a tag of 60 bits: a keyed function of them, so that a neighbour's id cannot be guessed and a
 * forged one is told apart without reading a row.
 *
 *     ssppppppppp0  8 sss  10 ss  tag
 *     shard 8 bits, page 36, kind 4 | version | slot, low 12 bits | variant | slot, high 2 bits | tag 60
 */
export interface Address {
  shard: number;
  page: number;
  slot: number;
}

/**
 * Tags slots: gives 16 hexadecimal digits for each of `count` slots from `from` on, in a row. A keyed pseudo-random
 * function of (shard, page, slot); one call for a run of slots costs little more than one for a single slot.
 */
export type Seal = (page: number, from: number, count: number) => string;

/** How many slots one page can hold: 14 bits. */
export const MAX_SLOTS = 16_384;
/** How many shards ids can tell apart: 8 bits. */
export const MAX_SHARDS = 256;

const SEAL_DIGITS = 16;
const TAG_DIGITS = 15;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HIGH = ["8", "9", "a", "b"];

/** Tells whether a text has the shape of a UUID (of any version), in lower case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The ids of `count` tasks of one page, from slot `from` on. */
export function idsOf(seal: Seal, shard: number, page: number, from: number, count: number): string[] {
  const digits = `${hex(shard, 2)}${hex(page, 9)}0`;
  const prefix = `${digits.slice(0, 8)}-${digits.slice(8)}-8`;
  const tags = seal(page, from, count);
  const ids = new Array<string>(count);
  for (let index = 0; index < count; index++) {
    const slot = from + index;
    const at = index * SEAL_DIGITS;
    ids[index] = `${prefix}${hex(slot & 0xfff, 3)}-${HIGH[slot >> 12]}${tags.slice(at, at + 3)}-${tags.slice(at + 3, at + TAG_DIGITS)}`;
  }
  return ids;
}

/** The id of the task at one address. */
export function idAt(seal: Seal, { shard, page, slot }: Address): string {
  return idsOf(seal, shard, page, slot, 1)[0] as string;
}

/** Where a group lies: the workflow, by its number, and which of its joins it is. */
export interface GroupAddress {
  shard: number;
  workflow: number;
  join: number;
}

/** A group's id is made like a task's, of the workflow's number in the place of the page's and of the join in that of the slot, and of a kind from 1 to 15 for the high part of it. */
export const MAX_JOINS = 15 * MAX_SLOTS;

/** The ids of `count` groups of one workflow, from join 0 on. */
export function groupIdsOf(seal: Seal, shard: number, workflow: number, count: number): string[] {
  return Array.from({ length: count }, (_, join) => groupIdAt(seal, { shard, workflow, join }));
}

/** The id of one group. */
export function groupIdAt(seal: Seal, { shard, workflow, join }: GroupAddress): string {
  const slot = join % MAX_SLOTS;
  const kind = 1 + Math.floor(join / MAX_SLOTS);
  const digits = `${hex(shard, 2)}${hex(workflow, 9)}${hex(kind, 1)}`;
  const tag = seal(workflow, kind * MAX_SLOTS + slot, 1);
  return `${digits.slice(0, 8)}-${digits.slice(8)}-8${hex(slot & 0xfff, 3)}-${HIGH[slot >> 12]}${tag.slice(0, 3)}-${tag.slice(3, TAG_DIGITS)}`;
}

/** Where a group's id points, its tag unchecked; nothing when it is not of this form. */
export function groupAddressOf(id: string): GroupAddress | undefined {
  const kind = Number.parseInt(id.charAt(12), 16);
  if (!isUuid(id) || id[14] !== "8" || kind === 0) return undefined;
  const address = addressOf(`${id.slice(0, 12)}0${id.slice(13)}`);
  return address && { shard: address.shard, workflow: address.page, join: (kind - 1) * MAX_SLOTS + address.slot };
}

/** Where an id points, its tag unchecked; nothing when it is not of this form (a caller's own id may still name a task). */
export function addressOf(id: string): Address | undefined {
  if (!isUuid(id) || id[14] !== "8" || id[12] !== "0") return undefined;
  const high = HIGH.indexOf(id.charAt(19));
  if (high < 0) return undefined;
  return {
    shard: Number.parseInt(id.slice(0, 2), 16),
    page: Number.parseInt(id.slice(2, 8) + id.slice(9, 12), 16),
    slot: (high << 12) | Number.parseInt(id.slice(15, 18), 16),
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
