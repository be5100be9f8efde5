import { MAX_SHARDS } from "../core/ids.ts";
import { addIntervals } from "../core/interval-ring.ts";
import { type JobProgress, sumOfJobs } from "../core/task-job.ts";
import { type ListPlace, type ListSource, mergeNewest, readListCursor, writeListCursor } from "../core/task-list.ts";
import type { BrokerApi, JobPart, Known, LookClient, NewestPart } from "./api.ts";

/** About how many characters of lines and results all shards together answer. */
const ANSWER_CHARACTERS = 8_000_000;

/** What a client of lists stands on. */
export interface LookLine {
  at<T>(shard: number, call: (broker: BrokerApi) => Promise<T>): Promise<T>;
  everywhere<T extends Known>(call: (broker: BrokerApi) => Promise<T>): Promise<T[]>;
  /** How many shards there are, as far as is known. */
  count(): number;
  /** The shard that knows a task; undefined: none. */
  find(id: string): Promise<number | undefined>;
  /** A UUID that was never made before. */
  nonce(): string;
  /** Milliseconds since 1970. */
  now(): number;
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
    async startJob(job) {
      const id = line.nonce();
      return { id, ...summed(await line.everywhere((broker) => broker.startJob({ version: 1, id, ...job }))) } as JobProgress & {
        id: string;
      };
    },
    async job(id) {
      const sum = summed(await line.everywhere((broker) => broker.job(id)));
      return sum && { id, ...sum };
    },
    async inspect(kind, most) {
      const parts = await line.everywhere((broker) => broker.inspect({ version: 1, kind, most }));
      return parts.flatMap(({ tasks }) => tasks).slice(0, most);
    },
    async history(query) {
      const parts = await line.everywhere((broker) => broker.history({ version: 1, ...query }));
      return parts.map(({ intervals }) => intervals).reduce(addIntervals);
    },
    async rerun(id) {
      const shard = await line.find(id);
      if (shard === undefined) return { ok: false, why: "unknown" };
      const sent = { version: 1 as const, id, nonce: line.nonce(), sentAt: line.now() };
      let attempt = 0;
      return line.at(shard, (broker) => broker.rerun({ ...sent, attempt: ++attempt }));
    },
  };
}

/** How far all shards are; one that was added later knows nothing of a job. */
function summed(parts: readonly JobPart[]): JobProgress | undefined {
  const [first, ...others] = parts.flatMap(({ job }) => (job === null ? [] : [job]));
  return first && sumOfJobs([first, ...others]);
}
