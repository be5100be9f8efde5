import { byteLength, exceeds } from "../core/byte-length.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import type { StateUpdate } from "./api.ts";

/** @throws RangeError when a state and its meta take more than is kept of a task: 1,000,000 bytes of JSON */
export function refuseTooLarge({ state, meta }: StateUpdate): void {
  const text = `${state}${meta}`;
  if (!exceeds(text, PAYLOAD_LIMIT)) return;
  throw new RangeError(
    `update_state: expected a state and meta of at most ${PAYLOAD_LIMIT} bytes of JSON, got ${byteLength(text)}: ` +
      "store what is large elsewhere, and say where it is",
  );
}
