import type { Clock } from "../clock.ts";
import type { Lookup } from "../core/result.ts";
import { isFinal } from "../core/state.ts";
import type { Addresses } from "./addresses.ts";
import type { ShardLookup } from "./api.ts";
import type { Homes } from "./homes.ts";
import type { Reader } from "./reader.ts";
import type { Named } from "./store/names.ts";
import type { Waiters } from "./waiters.ts";

/** The longest a request is held open (seconds). */
const LONGEST_WAIT_SECONDS = 60;
/** About how many characters of results one answer carries. */
const ANSWER_CHARACTERS = 4_000_000;

/** What answers stand on. */
export interface LookupParts {
  addresses: Addresses;
  homes: Homes;
  reader: Reader;
  waiters: Waiters;
  clock: Clock;
}

/** Answers who asks what became of ids. */
export class Lookups {
  readonly #parts: LookupParts;

  constructor(parts: LookupParts) {
    this.#parts = parts;
  }

  /** What became of an id; waits up to `waitSeconds` (at most 60) for its task to be final. */
  async one(id: string, waitSeconds: number): Promise<ShardLookup> {
    const { addresses, homes } = this.#parts;
    const place = addresses.find(id);
    return place === undefined ? homes.lookElsewhere(id) : this.final(id, place, waitSeconds);
  }

  /** What is known now of several ids; of the first ones, if results are so large that one answer does not carry all. */
  several(ids: readonly string[]): ShardLookup[] {
    const { addresses, homes, reader, clock } = this.#parts;
    const now = clock.now();
    const lookups: ShardLookup[] = [];
    let characters = 0;
    for (const id of ids) {
      const place = addresses.find(id);
      const lookup = place === undefined ? homes.lookElsewhere(id) : reader.read(id, place, now);
      lookups.push(lookup);
      if (lookup.found) characters += lookup.record.result?.length ?? 0;
      if (characters > ANSWER_CHARACTERS) break;
    }
    return lookups;
  }

  /** The same for one whose place is known. */
  async final(id: string, place: Named, waitSeconds: number): Promise<Lookup> {
    const { reader, waiters, clock } = this.#parts;
    const lookup = reader.read(id, place, clock.now());
    if (waitSeconds <= 0 || !lookup.found || isFinal(lookup.record.state)) return lookup;
    await waiters.wait(place.page, place.slot, Math.min(waitSeconds, LONGEST_WAIT_SECONDS));
    return reader.read(id, place, clock.now());
  }
}
