import type { Elsewhere, Known } from "./api.ts";
import { IdSearch } from "./id-search.ts";

/** So many ids go in one call: what a shard does for them is one change. */
const MOST_IDS = 1_000;

/** What a sorter needs. */
export interface SorterParts<T> {
  /** Over how many shards names are spread, as far as is known. */
  count(): number;
  /** A shard knows of so many. */
  learn(known: Known): void;
  /** Asks a shard about ids; answers in their order. */
  ask(shard: number, ids: string[]): Promise<(T | Elsewhere)[]>;
  /** What a shard says that does not know an id, and knows of no other that might. */
  unknown: T;
}

/** Asks about many ids at once: those of one shard together, and each of as many shards as may know it. Answers in their order. */
export async function askAll<T>(ids: readonly string[], parts: SorterParts<T>): Promise<T[]> {
  const searches = ids.map((id) => ({ id, search: new IdSearch(id, parts.count()), answer: parts.unknown }));
  for (let open = searches; open.length > 0; ) {
    const asked = open.map((each) => ({ each, shard: each.search.next() }));
    const next: typeof searches = [];
    const groups = Map.groupBy(
      asked.filter(({ shard }) => shard !== undefined),
      ({ shard }) => shard,
    );
    const ask = async (shard: number, group: typeof searches) => {
      for (let from = 0; from < group.length; from += MOST_IDS) {
        const some = group.slice(from, from + MOST_IDS);
        const answers = await parts.ask(
          shard,
          some.map(({ id }) => id),
        );
        for (const [index, each] of some.entries()) {
          const answer = answers[index] ?? parts.unknown;
          if (isElsewhere(answer)) {
            parts.learn(answer);
            each.search.elsewhere(answer.lentTo, parts.count());
          } else {
            each.answer = answer;
          }
          if (isElsewhere(answer) || answer === parts.unknown) next.push(each);
        }
      }
    };
    await Promise.all(
      [...groups].map(([shard = 0, group]) =>
        ask(
          shard,
          group.map(({ each }) => each),
        ),
      ),
    );
    open = next;
  }
  return searches.map(({ answer }) => answer);
}

function isElsewhere(answer: unknown): answer is Elsewhere {
  return typeof answer === "object" && answer !== null && "why" in answer && answer.why === "elsewhere";
}
