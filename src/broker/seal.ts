import { createCipheriv, createSecretKey } from "node:crypto";
import type { Seal } from "../core/ids.ts";
import { Recent } from "../core/recent.ts";

const BLOCK_BYTES = 16;
const DIGITS_PER_SLOT = 16;
const SLOTS_PER_BLOCK = 2;
/** Slots of a page whose tags are kept together: as many as a page of single submits mostly has. */
const STRETCH = 16;
const STRETCH_BLOCKS = STRETCH / SLOTS_PER_BLOCK;
const STRETCH_DIGITS = STRETCH * DIGITS_PER_SLOT;
/** So many pages that follow each other are tagged at once: they are submitted, and claimed, one after the other, and a call of the cipher costs more than what it encrypts. */
const PAGES_AHEAD = 8;
/** How many stretches are kept: about a megabyte. */
const KEPT = 4_096;
/** As many stretches as a page's slots and a workflow's groups can have, to make one number of page and stretch. */
const STRETCHES = 16_384;
const TWO_TO_32 = 2 ** 32;

/**
 * Tags slots with the key stream of AES-128 in counter mode: the counter block is (page, slot pair), so one call tags a whole run of slots, or of
 * pages, and any slot's tag is found without those before it. The counters are encrypted as they are, by one cipher: to set up another for each
 * stream would take as long as to use it. Lately used tags are remembered: a task's is needed when it is submitted, claimed and read.
 * @param key 32 hexadecimal digits, made once and kept by the object
 */
export function sealWith(key: string): Seal {
  const cipher = cipherOf(key);
  const kept = new Recent<number, string>(KEPT);

  const stretchOf = (page: number, stretch: number): string => {
    const known = kept.get(page * STRETCHES + stretch);
    if (known !== undefined) return known;
    const pages = stretch === 0 ? PAGES_AHEAD : 1;
    const counters = new Counters(pages * STRETCH_BLOCKS);
    for (let index = 0; index < pages; index++) counters.add(page + index, stretch * STRETCH_BLOCKS, STRETCH_BLOCKS);
    const tags = counters.encrypt(cipher);
    for (let index = 0; index < pages; index++) {
      kept.set((page + index) * STRETCHES + stretch, tags.slice(index * STRETCH_DIGITS, (index + 1) * STRETCH_DIGITS));
    }
    return tags;
  };

  return (page, from, count) => {
    const stretch = Math.floor(from / STRETCH);
    if (stretch === Math.floor((from + count - 1) / STRETCH)) {
      const first = (from - stretch * STRETCH) * DIGITS_PER_SLOT;
      return stretchOf(page, stretch).slice(first, first + count * DIGITS_PER_SLOT);
    }
    const skipped = from % SLOTS_PER_BLOCK;
    const counters = new Counters(Math.ceil((skipped + count) / SLOTS_PER_BLOCK));
    counters.add(page, (from - skipped) / SLOTS_PER_BLOCK, counters.size);
    return counters.encrypt(cipher).slice(skipped * DIGITS_PER_SLOT, (skipped + count) * DIGITS_PER_SLOT);
  };
}

function cipherOf(key: string) {
  const cipher = createCipheriv("aes-128-ecb", createSecretKey(key, "hex"), null);
  cipher.setAutoPadding(false);
  return cipher;
}

/** Counter blocks: the page in the first half of each, the pair of slots in the second. */
class Counters {
  readonly size: number;
  readonly #blocks: DataView<ArrayBuffer>;
  #used = 0;

  constructor(size: number) {
    this.size = size;
    this.#blocks = new DataView(new ArrayBuffer(size * BLOCK_BYTES));
  }

  /** Adds blocks of one page, from a pair of slots on. */
  add(page: number, from: number, count: number): void {
    for (let pair = from; pair < from + count; pair++) {
      const at = this.#used++ * BLOCK_BYTES;
      this.#blocks.setUint32(at, Math.floor(page / TWO_TO_32));
      this.#blocks.setUint32(at + 4, page % TWO_TO_32);
      this.#blocks.setUint32(at + 12, pair);
    }
  }

  encrypt(cipher: ReturnType<typeof cipherOf>): string {
    return cipher.update(new Uint8Array(this.#blocks.buffer), undefined, "hex");
  }
}
