import type { Clock, Timers } from "../clock.ts";
import type { Call } from "../core/call.ts";
import type { WorkflowBody } from "../core/canvas/workflow.ts";
import { findOverflow } from "../core/clone-size.ts";
import { homeOf, nameOfLimit } from "../core/homes.ts";
import type { Lookup } from "../core/result.ts";
import type { StampedHeaders, TaskFilter } from "../core/revocation.ts";
import type { ShardStats } from "../core/units.ts";
import { again } from "./again.ts";
import type {
  Accepted,
  BrokerApi,
  BrokerClient,
  CanvasClient,
  ClaimRequest,
  Forgotten,
  Grant,
  Known,
  LimitRequest,
  News,
  NewsRequest,
  Refused,
  ReportRequest,
  Revocation,
  RevokedSlice,
  Sent,
  ShardLookup,
  StateUpdate,
  Submission,
  SubmitAnswer,
  SubmitOptions,
  TimeLimitRequest,
} from "./api.ts";
import { Batcher } from "./batcher.ts";
import { canvasClient } from "./canvas-client.ts";
import { IdSearch } from "./id-search.ts";
import { askAll } from "./id-sorter.ts";
import { lookClient } from "./look-client.ts";
import { madeOnce } from "./made-once.ts";
import { type Destination, NameFinder, namesOf } from "./name-finder.ts";
import { packReport, packSubmission, unpackGrant } from "./packed.ts";
import { Spread } from "./spread.ts";
import { tooLarge } from "./too-large.ts";
import { travelsTogether } from "./travels-together.ts";

/** How often it is found out again where the names of a submit are decided: each time others have changed it meanwhile. */
const ROUNDS = 20;
/** More than one call of `submit` ever makes: rounds, and the tries of each. */
const MOST_SENDINGS = 1_000;

/** What a client stands on: the way to the objects, time and chance. */
export interface ClientParts {
  /** A fresh stub of one shard's object; one that has seen a reset is dead for good. */
  stub(shard: number): BrokerApi;
  /** Over how many shards submits are spread: `broker_shards`. */
  shards: number;
  clock: Clock;
  timers: Timers;
  /** A number from 0 (included) to 1 (excluded). */
  chance(): number;
  /** A UUID that was never made before. */
  nonce(): string;
  /** Keeps work going when the request that began it ends first (the platform's `waitUntil`). */
  keep(work: Promise<unknown>): void;
}

/**
 * Reaches the Broker objects. A call that fails because the object was reset, moved or deployed is made again on a fresh
 * stub: nonces make that safe. An overloaded object is not asked again.
 */
export function repeatingClient(parts: ClientParts): BrokerClient {
  const client = new RepeatingClient(parts);
  const line = { ...client.line, nonce: () => parts.nonce(), now: () => parts.clock.now() };
  return Object.assign(client, canvasClient(line), { looks: lookClient(line) });
}

class RepeatingClient implements Omit<BrokerClient, keyof CanvasClient | "looks"> {
  readonly #parts: ClientParts;
  readonly #spread: Spread;
  readonly #finder: NameFinder;
  /** By shard: what is submitted to it, and read from it, together. */
  readonly #submits = new Map<number, Batcher<Submission, SubmitAnswer>>();
  readonly #lookups = new Map<number, Batcher<string, ShardLookup>>();
  /** Over how many shards names are spread, as far as any shard has told: never fewer than were configured. */
  #known: number;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#known = parts.shards;
    this.#spread = new Spread(parts.shards, parts.chance);
    this.#finder = new NameFinder({
      ask: (shard, request) => this.#at(shard, (broker) => broker.names(request)),
      count: () => this.#known,
      learn: (known) => this.#learn(known),
    });
  }

  /** What canvases and lists need of it. */
  readonly line = {
    submit: ({ calls, plan }: WorkflowBody, sent?: Sent) => this.submit(calls, { plan, sent }),
    at: <T>(shard: number, call: (broker: BrokerApi) => Promise<T>) => this.#at(shard, call),
    everywhere: <T extends Known>(call: (broker: BrokerApi) => Promise<T>) => this.#everywhere(call),
    count: () => this.#known,
    find: async (id: string) => {
      const { lookup, shard } = await this.#find(id, 0);
      return lookup.found || lookup.why === "expired" ? shard : undefined;
    },
  };

  async submit(calls: Call[], { waitSeconds, sent, plan, last }: SubmitOptions = {}): Promise<Accepted | Refused> {
    const overflow = findOverflow(calls);
    if (overflow !== undefined) return tooLarge(overflow);
    const { attempt, ...stamp } = sent ?? { attempt: 1, nonce: this.#parts.nonce(), sentAt: this.#parts.clock.now() };
    const submission = { version: 1 as const, ...stamp, calls, waitSeconds };
    const names = namesOf(calls);
    if (names.length === 0 && attempt === 1 && plan === undefined && travelsTogether(calls, waitSeconds))
      return settled(await this.#submitsTo(this.#shardFor(calls, sent)).ask({ ...submission, attempt }, last));
    // Each sending of the maker's may come to several here, which are all before its next.
    let attempts = (attempt - 1) * MOST_SENDINGS;
    const packed = packSubmission(plan === undefined ? submission : { ...submission, plan });
    const send = async (destination: Pick<Destination, "shard"> & Partial<Destination>) => {
      const { shard, facts } = destination;
      const named = facts === undefined ? packed : { ...packed, names: facts };
      const answer = await this.#at(shard, (broker) => broker.submit({ ...named, attempt: ++attempts }));
      // Of a sending that was answered no copy is under way that could still be accepted.
      if (attempts === 1) attempts = 0;
      return answer;
    };
    if (names.length === 0) return settled(await send({ shard: this.#shardFor(calls, sent) }));
    for (let round = 0; round < ROUNDS; round++) {
      const direct = round === 0 ? this.#finder.direct(names) : undefined;
      const destination = direct ?? (await this.#finder.find(names));
      if (destination === undefined) continue;
      const answer = await send(destination);
      if (answer.ok || answer.code !== "astray") return direct === undefined ? this.#waited(answer, waitSeconds) : answer;
      this.#learn(answer);
    }
    throw new Error("others submit the same keys and task ids all the time: expected to find a shard that decides them all; send it again");
  }

  async result(id: string, waitSeconds: number): Promise<Lookup> {
    return (await this.#find(id, waitSeconds)).lookup;
  }

  async forget(id: string): Promise<Forgotten> {
    const { lookup, shard } = await this.#find(id, 0);
    if (!lookup.found) return lookup.why;
    let sent = 0;
    const answer = await this.#at(shard, (broker) => {
      sent += 1;
      return broker.forget(id);
    });
    // It was there: an earlier sending, whose answer was lost, has done it.
    return answer === "expired" && sent > 1 ? "forgotten" : answer;
  }

  /** Looks an id up where it may be known, and tells which shard was asked last. */
  async #find(id: string, waitSeconds: number): Promise<{ lookup: Lookup; shard: number }> {
    const search = new IdSearch(id, this.#known);
    const look = (shard: number) =>
      waitSeconds > 0 ? this.#at(shard, (broker) => broker.result(id, waitSeconds)) : this.#lookupsAt(shard).ask(id);
    for (let shard = search.next(); shard !== undefined; shard = search.next()) {
      const lookup = await look(shard);
      if (lookup.found || lookup.why === "expired") return { lookup, shard };
      if (!("shards" in lookup)) continue;
      this.#learn(lookup);
      search.elsewhere(lookup.lentTo, this.#known);
    }
    return { lookup: { found: false, why: "unknown" }, shard: 0 };
  }

  async claim(shard: number, request: ClaimRequest): Promise<Grant> {
    const sent = { ...request, nonce: this.#parts.nonce(), readsColumns: true };
    return unpackGrant(await this.#at(shard, (broker) => broker.claim(sent)));
  }

  async report(shard: number, request: ReportRequest): Promise<Grant> {
    const sent = packReport({ ...request, nonce: this.#parts.nonce(), readsColumns: true });
    return unpackGrant(await this.#at(shard, (broker) => broker.report(sent)));
  }

  news(shard: number, request: NewsRequest): Promise<News> {
    return this.#parts.stub(shard).news(request);
  }

  revoke(ids: readonly string[], { terminate = false }: { terminate?: boolean } = {}): Promise<Revocation[]> {
    return askAll<Revocation>(ids, {
      ask: (shard, some) => this.#at(shard, (broker) => broker.revoke({ version: 1, ids: some, terminate })),
      count: () => this.#known,
      learn: (known) => this.#learn(known),
      unknown: "unknown",
    });
  }

  revokeWhere(filter: TaskFilter, { terminate = false, dryRun = false }: { terminate?: boolean; dryRun?: boolean } = {}): Promise<number> {
    return this.#slices((broker, cursor) => broker.revokeWhere({ version: 1, filter, terminate, dryRun, cursor }));
  }

  revokeStamps(headers: StampedHeaders, { terminate = false }: { terminate?: boolean } = {}): Promise<number> {
    return this.#slices((broker, cursor) => broker.revokeStamps({ version: 1, headers, terminate, cursor }));
  }

  purge(queue: string): Promise<number> {
    return this.#slices((broker, cursor) => broker.purge({ version: 1, queue, cursor }));
  }

  update(shard: number, request: StateUpdate): Promise<{ held: boolean }> {
    return this.#at(shard, (broker) => broker.update(request));
  }

  async sweep(): Promise<void> {
    await this.#everywhere((broker) => broker.sweep({ shards: this.#known }));
  }

  async pause(queue: string): Promise<void> {
    const nonce = this.#parts.nonce();
    await this.#everywhere((broker) => broker.pause(queue, nonce));
  }

  async resume(queue: string): Promise<void> {
    const nonce = this.#parts.nonce();
    await this.#everywhere((broker) => broker.resume(queue, nonce));
  }

  async limit(request: Omit<LimitRequest, "version">): Promise<void> {
    const nonce = this.#parts.nonce();
    await this.#everywhere((broker) => broker.limit({ version: 1, ...request, nonce }));
  }

  async timeLimit(request: Omit<TimeLimitRequest, "version">): Promise<void> {
    const nonce = this.#parts.nonce();
    await this.#everywhere((broker) => broker.timeLimit({ version: 1, ...request, nonce }));
  }

  stats(): Promise<ShardStats[]> {
    return this.#everywhere((broker) => broker.stats());
  }

  /**
   * Where a submit goes that holds no names: what is under a limit goes to the limit's home, so that the limit is one over all shards.
   * Where it holds calls of several limits it goes to the home of the first: see `Limit`. What its maker may send again goes where its nonce
   * says, so that the repeat finds the first.
   */
  #shardFor(calls: readonly Call[], sent: Sent | undefined): number {
    const limits = calls.find((call) => call.limits !== undefined)?.limits;
    const name = limits === undefined ? sent?.nonce : nameOfLimit(limits.name);
    return name === undefined ? this.#spread.next() : homeOf(name, this.#parts.shards);
  }

  /** Has every shard do something slice by slice; how many tasks it was done to. */
  async #slices(ask: (broker: BrokerApi, cursor: string | null) => Promise<RevokedSlice>): Promise<number> {
    let revoked = 0;
    const first = await this.#everywhere((broker) => ask(broker, null));
    const onward = async (slice: RevokedSlice, shard: number): Promise<void> => {
      revoked += slice.revoked;
      if (slice.cursor !== null) await onward(await this.#at(shard, (broker) => ask(broker, slice.cursor)), shard);
    };
    await Promise.all(first.map(onward));
    return revoked;
  }

  /** Asks every shard there is: those that are known, and then those that these have told of. */
  async #everywhere<T extends Known>(call: (broker: BrokerApi) => Promise<T>): Promise<T[]> {
    const answers: T[] = [];
    while (answers.length < this.#known) {
      const next = Array.from({ length: this.#known - answers.length }, (_, index) => answers.length + index);
      answers.push(...(await Promise.all(next.map((shard) => this.#at(shard, call)))));
      for (const answer of answers) this.#learn(answer);
    }
    return answers;
  }

  /** A call that is answered with a task of another shard waits for it there. */
  async #waited(answer: Accepted | Refused, waitSeconds = 0): Promise<Accepted | Refused> {
    const [id] = answer.ok && answer.record === undefined ? answer.ids : [];
    if (waitSeconds <= 0 || id === undefined) return answer;
    const lookup = await this.result(id, waitSeconds);
    return lookup.found ? { ...(answer as Accepted), record: lookup.record } : answer;
  }

  #submitsTo(shard: number): Batcher<Submission, SubmitAnswer> {
    return madeOnce(this.#submits, shard, () => {
      const ask = (submissions: readonly Submission[], repeated: boolean) => {
        // The first sending of what may have been sent before is its second.
        let attempt = Number(repeated);
        return this.#at(shard, (broker) => {
          attempt += 1;
          return broker.submitTogether(submissions.map((submission) => ({ ...submission, attempt })));
        });
      };
      return new Batcher({ ...this.#parts, ask });
    });
  }

  #lookupsAt(shard: number): Batcher<string, ShardLookup> {
    return madeOnce(this.#lookups, shard, () => {
      const ask = async (ids: readonly string[]) => {
        const found: ShardLookup[] = [];
        // Large results come in several calls.
        while (found.length < ids.length) found.push(...(await this.#at(shard, (broker) => broker.results(ids.slice(found.length)))));
        return found;
      };
      return new Batcher({ ...this.#parts, ask });
    });
  }

  #learn({ shards }: Known): void {
    this.#known = Math.max(this.#known, shards);
  }

  #at<T>(shard: number, call: (broker: BrokerApi) => Promise<T>): Promise<T> {
    return again(() => call(this.#parts.stub(shard)), this.#parts.timers);
  }
}

/** A submit that holds no names is decided where it was sent. */
function settled(answer: SubmitAnswer): Accepted | Refused {
  if (!answer.ok && answer.code === "astray") throw new Error("the broker turned a submit away that holds no names");
  return answer;
}
