import { MAX_SHARDS } from "../core/ids.ts";
import { type ListPlace, type ListSource, mergeNewest, readListCursor, writeListCursor } from "../core/task-list.ts";
import type { BrokerApi, Known, LookClient, NewestPart } from "./api.ts";

/** About how many characters of lines and results all shards together answer. */
const ANSWER_CHARACTERS = 8_000_000;

/** What a client of lists stands on. */
export interface LookLine {
  at<T>(shard: number, call: (broker: BrokerApi) => Promise<T>): Promise<T>;
  everywhere<T extends Known>(call: (broker: BrokerApi) => Promise<T>): Promise<T[]>;
  /** How many shards there are, as far as is known. */
  count(): number;
}

/** Reaches the Broker objects for lists: every shard is asked, and what they tell is put together. */
export function lookClient(line: LookLine): LookClient {
  return {
    async newest({ filter, limit, cursor }) {
      const characters = Math.ceil(ANSWER_CHARACTERS / line.count());
      const ask = (from: ListPlace | null) => (broker: BrokerApi) => broker.newest({ version: 1, filter, limit, characters, from });
      const places = cursor === null ? undefined : readListCursor(cursor, MAX_SHARDS);
      if (cursor !== null && places === undefined) return undefined;
      let sources: ListSource[];
      if (places === undefined) {
        const parts = await line.everywhere(ask(null));
        sources = parts.map((part, shard) => ({ ...part, shard }));
      } else {
        // Fewer shards may be configured than there were, and those that are left know of all.
        if (Math.max(...places.keys()) >= line.count()) await line.everywhere((broker) => broker.stats());
        const known = [...places];
        if (known.some(([shard]) => shard >= line.count())) return undefined;
        const parts = await Promise.all(known.map(([shard, from]) => line.at(shard, ask(from))));
        sources = known.map(([shard], index) => ({ ...(parts[index] as NewestPart), shard }));
      }
      const merged = mergeNewest(sources, limit);
      return { records: merged.records, cursor: writeListCursor(merged.places) };
    },
  };
}
