import { CLONE_LIMIT } from "../core/clone-size.ts";
import type { Refused } from "./api.ts";

/** Calls that no RPC carries are refused here: the platform would only throw. */
export function tooLarge({ index, bytes }: { index: number; bytes: number }): Refused {
  const message =
    `Expected calls of at most ${CLONE_LIMIT} bytes at once (a text counts one byte a character, ` +
    `or two if any is beyond Latin-1), got ${bytes}: send them in several.`;
  return { ok: false, code: "too_large", index, message };
}
