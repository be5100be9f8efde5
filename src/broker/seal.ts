import { createCipheriv, createSecretKey } from "node:crypto";
import type { Seal } from "../core/ids.ts";

const BLOCK_BYTES = 16;
const DIGITS_PER_SLOT = 16;
/** Slots that are tagged together: hardly dearer than one alone, since setting up the cipher is what takes time. */
const STRETCH = 64;
/** How many stretches are kept: about a megabyte. */
const KEPT = 1_024;
/** As many stretches as a page's slots and a workflow's groups can have, to make one number of page and stretch. */
const STRETCHES = 4_096;

/**
 * Tags slots with the key stream of AES-128 in counter mode: the counter block is (page, slot pair), so one call tags a
 * whole run of slots, and any slot's tag is found without those before it. Lately used tags are remembered: a task's
 * is needed when it is submitted, claimed and read.
 * @param key 32 hexadecimal digits, made once and kept by the object
 */
export function sealWith(key: string): Seal {
  const secret = createSecretKey(key, "hex");
  const kept = new Map<number, string>();
  const stretchOf = (page: number, stretch: number) => {
    const at = page * STRETCHES + stretch;
    const known = kept.get(at);
    if (known !== undefined) return known;
    const tags = keyStream(page, stretch * STRETCH, STRETCH);
    kept.set(at, tags);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return tags;
  };
  const keyStream = (page: number, from: number, count: number) => {
    const counter = new DataView(new ArrayBuffer(BLOCK_BYTES));
    counter.setBigUint64(0, BigInt(page));
    counter.setBigUint64(8, BigInt(from >> 1));
    const skipped = (from & 1) * DIGITS_PER_SLOT;
    const blocks = Math.ceil((skipped + count * DIGITS_PER_SLOT) / (2 * BLOCK_BYTES));
    const cipher = createCipheriv("aes-128-ctr", secret, new Uint8Array(counter.buffer));
    return cipher.update(new Uint8Array(blocks * BLOCK_BYTES), undefined, "hex").slice(skipped);
  };
  return (page, from, count) => {
    const stretch = Math.floor(from / STRETCH);
    if (stretch !== Math.floor((from + count - 1) / STRETCH)) return keyStream(page, from, count);
    const first = (from - stretch * STRETCH) * DIGITS_PER_SLOT;
    return stretchOf(page, stretch).slice(first, first + count * DIGITS_PER_SLOT);
  };
}
