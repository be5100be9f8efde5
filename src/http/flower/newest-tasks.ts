import type { BrokerClient } from "../../broker/api.ts";
import type { TaskRecord } from "../../core/result.ts";
import type { Env } from "../../env.ts";
import type { NewestTasks } from "../parts.ts";

/** How many tasks one call asks for, and how many calls are made at most: each reads a bounded part of the book. */
const PART = 1_000;
const MOST_CALLS = 40;
/** About how many characters of lines and results are held at once. */
const MOST_CHARACTERS = 24_000_000;

/** The newest tasks of a broker, part by part. */
export function newestTasks(broker: (env: Env) => BrokerClient): NewestTasks {
  return async (env, most) => {
    const { looks } = broker(env);
    const records: TaskRecord[] = [];
    let characters = 0;
    let cursor: string | null = null;
    for (let call = 0; call < MOST_CALLS && characters < MOST_CHARACTERS; call++) {
      const part = await looks.newest({ filter: {}, limit: Math.min(PART, most - records.length), cursor });
      if (part === undefined) break;
      for (const record of part.records) characters += record.line.length + (record.result?.length ?? 0);
      records.push(...part.records);
      cursor = part.cursor;
      if (cursor === null || records.length >= most) break;
    }
    return { records, more: cursor !== null };
  };
}
