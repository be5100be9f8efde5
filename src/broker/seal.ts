import { createCipheriv, createSecretKey } from "node:crypto";
import type { Seal } from "../core/ids.ts";

const BLOCK_BYTES = 16;
const DIGITS_PER_SLOT = 16;

/**
 * Tags slots with the key stream of AES-128 in counter mode: the counter block is (page, slot pair), so one call tags a
 * whole run of slots, and any slot's tag is found without those before it.
 * @param key 32 hexadecimal digits, made once and kept by the object
 */
export function sealWith(key: string): Seal {
  const secret = createSecretKey(key, "hex");
  return (page, from, count) => {
    const counter = new DataView(new ArrayBuffer(BLOCK_BYTES));
    counter.setBigUint64(0, BigInt(page));
    counter.setBigUint64(8, BigInt(from >> 1));
    const skipped = (from & 1) * DIGITS_PER_SLOT;
    const blocks = Math.ceil((skipped + count * DIGITS_PER_SLOT) / (2 * BLOCK_BYTES));
    const cipher = createCipheriv("aes-128-ctr", secret, new Uint8Array(counter.buffer));
    return cipher.update(new Uint8Array(blocks * BLOCK_BYTES), undefined, "hex").slice(skipped);
  };
}
