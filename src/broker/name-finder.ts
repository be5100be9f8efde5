import type { Call } from "../core/call.ts";
import { homeOf, homesOf, nameOfId, nameOfKey } from "../core/homes.ts";
import type { Known, NameFacts, NamesAnswer, NamesRequest } from "./api.ts";

/** Where a submit that holds names is sent, and what is known of them. */
export interface Destination {
  shard: number;
  facts: NameFacts;
}

/** What a finder needs. */
export interface FinderParts {
  ask(shard: number, request: NamesRequest): Promise<NamesAnswer>;
  /** Over how many shards names are spread, as far as is known. */
  count(): number;
  /** A shard knows of so many. */
  learn(known: Known): void;
}

/** A name, and a shard that is asked about it or decides it. */
type At = readonly [name: string, shard: number];

/** What shards have said of names. */
interface Found {
  /** Names that are free, and who decides them. */
  free: At[];
  taken: NameFacts["taken"];
  /** A shard where one is taken. */
  takenAt?: number;
  /** Free ones that may still be known to the homes they had with fewer shards. */
  young: string[];
}

/** The names of calls, each once. */
export function namesOf(calls: readonly Call[]): string[] {
  const names = new Set<string>();
  for (const { idempotency, taskId } of calls) {
    if (idempotency !== undefined) names.add(nameOfKey(idempotency.key));
    if (taskId !== undefined) names.add(nameOfId(taskId));
  }
  return [...names];
}

/** Finds the shard that may decide all names of a submit; `Homes` says which may. */
export class NameFinder {
  readonly #parts: FinderParts;

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /** The home of all these names. It is asked nothing: it will say if it does not know enough. Nothing when they have several. */
  direct(names: readonly string[]): Destination | undefined {
    const shards = this.#parts.count();
    const [shard = 0, ...others] = new Set(names.map((name) => homeOf(name, shards)));
    return others.length > 0 ? undefined : { shard, facts: { shards, asked: false, taken: [] } };
  }

  /**
   * Asks all who may know what the names stand for, and has those that are free lent to the lowest of the shards that decide
   * them. Nothing when that has changed meanwhile: it is to be done again.
   */
  async find(names: readonly string[]): Promise<Destination | undefined> {
    const shards = this.#parts.count();
    const homes = await this.#follow(
      names.map((name) => [name, homeOf(name, shards)]),
      shards,
    );
    const former = await this.#follow(
      (homes?.young ?? []).flatMap((name) =>
        homesOf(name, shards)
          .slice(1)
          .map((home): At => [name, home]),
      ),
      shards,
    );
    if (homes === undefined || former === undefined) return undefined;
    const known = new Set(former.taken.map(([name]) => name));
    const free = homes.free.filter(([name]) => !known.has(name));
    const lowest = free.reduce((least, [, shard]) => Math.min(least, shard), Number.POSITIVE_INFINITY);
    const shard = free.length > 0 ? lowest : (homes.takenAt ?? former.takenAt ?? 0);
    const lent = await this.#lend(
      free.filter(([, decider]) => decider !== shard),
      shards,
      shard,
    );
    return lent ? { shard, facts: { shards, asked: true, taken: [...homes.taken, ...former.taken] } } : undefined;
  }

  /** Asks shards about names, and those that they have lent them to; nothing when one of them knows of more shards. */
  async #follow(from: At[], shards: number): Promise<Found | undefined> {
    const found: Found = { free: [], taken: [], young: [] };
    for (let left = from; left.length > 0; ) {
      const lent: At[] = [];
      for (const { name, shard, answer, young } of await this.#ask(left, { version: 1, shards })) {
        if (answer === undefined) return undefined;
        if (answer !== null && "lentTo" in answer) {
          lent.push([name, answer.lentTo]);
        } else if (answer !== null) {
          found.taken.push([name, answer]);
          found.takenAt = shard;
        } else {
          found.free.push([name, shard]);
          if (young) found.young.push(name);
        }
      }
      left = lent;
    }
    return found;
  }

  /** Has names lent by those who decide them; false when one was taken or lent to another meanwhile. */
  async #lend(names: At[], shards: number, lendTo: number): Promise<boolean> {
    const answers = await this.#ask(names, { version: 1, shards, lendTo });
    return answers.every(({ answer }) => answer !== null && answer !== undefined && "lentTo" in answer && answer.lentTo === lendTo);
  }

  /** Asks each shard about its names, all at once. */
  async #ask(names: readonly At[], request: Omit<NamesRequest, "names">) {
    const asked = [...Map.groupBy(names, ([, shard]) => shard)].map(async ([shard, pairs]) => {
      const answer = await this.#parts.ask(shard, { ...request, names: pairs.map(([name]) => name) });
      this.#parts.learn(answer);
      return pairs.map(([name], index) => ({ name, shard, answer: answer.names[index], young: answer.young }));
    });
    return (await Promise.all(asked)).flat();
  }
}
