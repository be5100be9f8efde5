import { expect } from "vitest";
import { Cluster } from "../../scripts/simulate/cluster.ts";
import { Faults } from "../../scripts/simulate/faults.ts";
import { World } from "../../scripts/simulate/world.ts";
import type { BrokerApi, BrokerClient, Grant } from "../../src/broker/api.ts";
import { repeatingClient } from "../../src/broker/repeating-client.ts";
import type { Shard } from "../../src/broker/shard.ts";
import type { Call } from "../../src/core/call.ts";
import { type Config, defaultConfig } from "../../src/core/config.ts";

/** After so long what an alarm does is done. */
const SETTLING_MILLISECONDS = 2_000;

/** A call whose first argument tells it from others. */
export function aCall(number: number, options: Partial<Call> = {}): Call {
  return { line: `{"task":"tasks.add","args":[${number},1]}`, queue: "celery", ...options };
}

/** The shards of one deployment on the simulated platform, where nothing goes wrong; no consumer serves them but the test. */
export class Shards {
  readonly config: Config;
  /** What was called of which shard since the last look. */
  #called: string[] = [];
  readonly #world = new World(1, false);
  readonly #cluster: Cluster;

  constructor(shards: number, config: Partial<Config> = {}) {
    const world = this.#world;
    this.config = { ...defaultConfig, ...config, brokerShards: shards };
    const faults = new Faults(world.random, world.trace, true);
    faults.over = true;
    const failed = (message: string) => expect.fail(message);
    const peer = (_: unknown, shard: number) => this.broker(shard);
    this.#cluster = new Cluster({ world, faults, config: this.config, peer, send: () => {}, failed });
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#world.now;
  }

  /** A client that spreads over so many shards; default: as many as are configured. */
  client(shards = this.config.brokerShards): BrokerClient {
    const world = this.#world;
    return repeatingClient({
      stub: (shard) => this.broker(shard),
      shards,
      clock: world.clock(),
      timers: world.timers(world.platform),
      chance: () => world.random.next(),
      keep: () => {},
      nonce: () => world.random.uuid(),
    });
  }

  /** One shard's object. */
  broker(shard: number): BrokerApi {
    const call =
      <A extends unknown[], T>(name: string, run: (broker: Shard, ...args: A) => Promise<T>) =>
      (...args: A) =>
        new Promise<T>((resolve, reject) => {
          this.#called.push(`${name} ${shard}`);
          this.#world.schedule(1, this.#world.platform, () =>
            this.#cluster.at(shard).deliver({
              name,
              run: (broker) => run(broker, ...args),
              answered: (value) => resolve(value as T),
              failed: reject,
            }),
          );
        });
    return {
      submit: call("submit", (broker, submission) => broker.submit(submission)),
      submitTogether: call("submitTogether", (broker, submissions) => broker.submitTogether(submissions)),
      results: call("results", (broker, ids) => broker.results(ids)),
      tree: call("tree", (broker, request) => broker.canvases.tree(request)),
      group: call("group", (broker, request) => broker.canvases.group(request)),
      addToGroup: call("addToGroup", (broker, request) => broker.canvases.addToGroup(request)),
      newest: call("newest", (broker, request) => broker.looks.newest(request)),
      startJob: call("startJob", (broker, request) => broker.looks.startJob(request)),
      job: call("job", (broker, id) => broker.looks.job(id)),
      history: call("history", (broker, request) => broker.looks.history(request)),
      rerun: call("rerun", (broker, request) => broker.looks.rerun(request)),
      inspect: call("inspect", (broker, request) => broker.looks.inspect(request)),
      names: call("names", (broker, request) => broker.names(request)),
      claim: call("claim", (broker, request) => broker.claim(request)),
      report: call("report", (broker, request) => broker.report(request)),
      update: call("update", (broker, request) => broker.update(request)),
      forget: call("forget", (broker, id) => broker.forget(id)),
      revokeWhere: call("revokeWhere", (broker, request) => broker.revokeWhere(request)),
      revokeStamps: call("revokeStamps", (broker, request) => broker.revokeStamps(request)),
      purge: call("purge", (broker, request) => broker.purge(request)),
      revoke: call("revoke", (broker, request) => broker.revoke(request)),
      news: call("news", (broker, request) => broker.news(request)),
      result: call("result", (broker, id, waitSeconds) => broker.result(id, waitSeconds)),
      pause: call("pause", (broker, queue, nonce) => broker.steering.pause(queue, nonce)),
      resume: call("resume", (broker, queue, nonce) => broker.steering.resume(queue, nonce)),
      timeLimit: call("timeLimit", (broker, request) => broker.steering.timeLimit(request)),
      limit: call("limit", (broker, request) => broker.steering.limit(request)),
      sweep: call("sweep", (broker, known) => broker.sweep(known)),
      stats: call("stats", (broker) => broker.stats()),
    };
  }

  /** Lets the world run until a call is answered. */
  async answer<T>(call: Promise<T>): Promise<T> {
    let settled = false;
    const over = () => {
      settled = true;
    };
    call.then(over, over);
    for (let waited = 0; !settled && waited < 1_000; waited++) await this.#world.run(this.#world.time + 10);
    return await call;
  }

  /** Submits by a client, and gives the ids. */
  async submit(client: BrokerClient, calls: Call[]): Promise<string[]> {
    const answer = await this.answer(client.submit(calls));
    if (!answer.ok) throw new Error(`expected the submit to be accepted, got: ${answer.message}`);
    return answer.ids;
  }

  /** The shards that were ever called. */
  get made(): number[] {
    return this.#cluster.objects.map(({ shard }) => shard).toSorted((one, other) => one - other);
  }

  /** The calls that were made since the last look, such as `submit 3`. */
  called(): string[] {
    return this.#called.splice(0);
  }

  /** A deploy with another number of shards. */
  deploy(shards: number): void {
    this.config.brokerShards = shards;
    for (const object of this.#cluster.objects) object.reset("Durable Object reset because its code was updated.");
  }

  /** Sets the clock forward, and lets alarms that are due by then fire. */
  async pass(milliseconds: number): Promise<void> {
    this.#world.jump(milliseconds);
    for (const { alarm } of this.#cluster.objects) alarm.schedule();
    await this.#world.run(this.#world.time + SETTLING_MILLISECONDS);
  }

  /** Grants all tasks that wait and reports that they have succeeded; gives their numbers, by shard. */
  async work(): Promise<Record<number, number[]>> {
    const found: Record<number, number[]> = {};
    for (const shard of this.made) {
      const grant = await this.#claim(shard);
      if (grant.lease === null) continue;
      found[shard] = numbersOf(grant);
      const now = this.#world.now;
      const outcomes = grant.tasks.map(({ page, slot, attempt }) => {
        const times = { startedAt: now, endedAt: now };
        return { page, slot, attempt, state: "SUCCESS", result: "1", traceback: null, ...times } as const;
      });
      const report = {
        version: 1,
        lease: grant.lease,
        consumer: "celeriac@test",
        queue: "celery",
        outcomes,
        room: 0,
        sequence: 1,
      } as const;
      await this.answer(this.broker(shard).report({ ...report, nonce: this.#world.random.uuid() }));
    }
    return found;
  }

  /** How many rows a table of a shard holds. */
  rows(shard: number, table: string): number {
    return this.#cluster.at(shard).disk.count(table);
  }

  #claim(shard: number): Promise<Grant> {
    const request = { version: 1, queue: "celery", room: 1_000, consumer: "celeriac@test" } as const;
    return this.answer(this.broker(shard).claim({ ...request, nonce: this.#world.random.uuid() }));
  }
}

function numbersOf({ tasks }: Grant): number[] {
  return tasks.map(({ line }) => JSON.parse(line).args[0]);
}
