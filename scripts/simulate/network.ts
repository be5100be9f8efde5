import type { BrokerApi, Grant } from "../../src/broker/api.ts";
import { unpackGrant } from "../../src/broker/packed.ts";
import type { Shard } from "../../src/broker/shard.ts";
import type { Cluster } from "./cluster.ts";
import type { Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** The ways in which a call's connection breaks, as the platform marks them. */
const BREAKS = [
  () => new Error("Network connection lost."),
  () => Object.assign(new Error("internal error; reference = 0"), { retryable: true }),
  () => Object.assign(new Error("Durable Object reset because its code was updated."), { durableObjectReset: true }),
];

/** A request whose connection broke does not wait for longer than the platform keeps an idle object. */
const LONGEST_OVERTAKEN_MILLISECONDS = 8_000;

/** Who is told of an answer: when it is made, and when it has left the object. */
interface Watch<T> {
  made?: (value: T) => void;
  answered?: (value: T) => void;
  /** One request makes it for others of its isolate too. */
  led?: boolean;
}

/** A call on its way. */
interface Sent<T> {
  caller: Process;
  shard: number;
  name: string;
  run(shard: Shard): Promise<T>;
  watch: Watch<T>;
}

/** Carries calls to the objects and answers back, with what can happen to both. */
export class Network {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #cluster: Cluster;
  readonly #ledger: Ledger;

  constructor(world: World, faults: Faults, cluster: Cluster, ledger: Ledger) {
    this.#world = world;
    this.#faults = faults;
    this.#cluster = cluster;
    this.#ledger = ledger;
  }

  /** A fresh stub of one shard's object for one caller. Reads that are not `watched` are kept from the ledger. */
  stub(caller: Process, shard: number, watched = true): BrokerApi {
    const ledger = this.#ledger;
    const call = <T>(name: string, run: (shard: Shard) => Promise<T>, watch: Watch<T> = {}) =>
      this.#call({ caller, shard, name: `${name} of ${caller.name}`, run, watch });
    const granting = (queue: string) => ({
      made: (grant: Grant) => ledger.granted(unpackGrant(grant), queue),
      answered: (grant: Grant) => ledger.left(unpackGrant(grant), shard),
    });
    return {
      submit: (submission) =>
        call("submit", (broker) => broker.submit(submission), {
          answered: (answer) => {
            if (answer.ok && answer.record !== undefined) ledger.read(answer.record.id, { found: true, record: answer.record });
          },
        }),
      submitTogether: (submissions) => call("submitTogether", (broker) => broker.submitTogether(submissions), { led: true }),
      names: (request) => call("names", (broker) => broker.names(request)),
      claim: (request) => call("claim", (broker) => broker.claim(request), granting(request.queue)),
      report: (request) => call("report", (broker) => broker.report(request), granting(request.queue)),
      news: (request) => {
        // The lease runs on from when the object heard, however long it holds the answer.
        let heardAt = 0;
        const ask = (broker: Shard) => {
          heardAt = this.#world.now;
          return broker.news(request);
        };
        return call("news", ask, { made: ({ held }) => held && ledger.extended(request.lease, heardAt) });
      },
      result: (id, waitSeconds) =>
        call("result", (broker) => broker.result(id, waitSeconds), {
          answered: (lookup) => {
            // That one shard does not know an id says nothing of the others.
            if (watched && (lookup.found || lookup.why === "expired")) ledger.read(id, lookup);
          },
        }),
      results: (ids) =>
        call("results", (broker) => broker.results(ids), {
          answered: (lookups) => {
            for (const [index, lookup] of lookups.entries())
              if (watched && (lookup.found || lookup.why === "expired")) ledger.read(ids[index] ?? "", lookup);
          },
          led: true,
        }),
      update: (request) => call("update", (broker) => broker.update(request)),
      tree: (request) => call("tree", (broker) => broker.canvases.tree(request)),
      group: (request) => call("group", (broker) => broker.canvases.group(request)),
      addToGroup: (request) => call("addToGroup", (broker) => broker.canvases.addToGroup(request)),
      newest: (request) => call("newest", (broker) => broker.looks.newest(request)),
      startJob: (request) => call("startJob", (broker) => broker.looks.startJob(request)),
      job: (id) => call("job", (broker) => broker.looks.job(id)),
      history: (request) => call("history", (broker) => broker.looks.history(request)),
      rerun: (request) => call("rerun", (broker) => broker.looks.rerun(request)),
      inspect: (request) => call("inspect", (broker) => broker.looks.inspect(request)),
      forget: (id) => call("forget", (broker) => broker.forget(id)),
      revokeWhere: (request) => call("revokeWhere", (broker) => broker.revokeWhere(request)),
      revokeStamps: (request) => call("revokeStamps", (broker) => broker.revokeStamps(request)),
      purge: (request) => call("purge", (broker) => broker.purge(request)),
      revoke: (request) => call("revoke", (broker) => broker.revoke(request)),
      sweep: (known) => call("sweep", (broker) => broker.sweep(known)),
      pause: (queue, nonce) => call("pause", (broker) => broker.steering.pause(queue, nonce)),
      resume: (queue, nonce) => call("resume", (broker) => broker.steering.resume(queue, nonce)),
      limit: (request) => call("limit", (broker) => broker.steering.limit(request)),
      timeLimit: (request) => call("timeLimit", (broker) => broker.steering.timeLimit(request)),
      stats: () => call("stats", (broker) => broker.stats()),
    };
  }

  #call<T>({ caller, shard, name: where, run, watch }: Sent<T>): Promise<T> {
    const { random } = this.#world;
    const object = this.#cluster.at(shard);
    return new Promise<T>((resolve, reject) => {
      const back = (delay: number, action: () => void) => void this.#world.schedule(delay, caller, action);
      const broken = (delay: number) => back(delay, () => reject(random.pick(BREAKS)()));
      if (this.#faults.strikes("object overloaded", where)) {
        back(random.between(1, 50), () => reject(Object.assign(new Error("Requests queued for too long."), { overloaded: true })));
        return;
      }
      if (this.#faults.strikes("request lost", where)) {
        broken(random.between(1, 2_000));
        return;
      }
      // The caller is told that the connection broke, and its request arrives all the same: even after it was sent again.
      const overtaken = this.#faults.strikes("request overtaken", where);
      if (overtaken) broken(random.between(0, 20));
      // The caller is told so at once, while the object works on, or keeps it on the line.
      const cut = !overtaken && this.#faults.strikes("connection broken", where);
      if (cut) broken(random.between(5, 20));
      // One request of an isolate makes a call for others too, and goes with it, while the isolate lives on.
      const gone = !overtaken && !cut && watch.led === true && this.#faults.strikes("leader gone", where);
      const silent = overtaken || cut || gone;
      const lost = silent || this.#faults.strikes("answer lost", where);
      const late = !overtaken && !cut && this.#faults.strikes("request late", where) ? this.#delay() : 0;
      const there = overtaken ? random.between(1, LONGEST_OVERTAKEN_MILLISECONDS) : random.between(0, 3) + late;
      const { deaths } = object;
      this.#world.schedule(there, this.#world.platform, () => {
        // What is under way to an object is lost with it.
        if (overtaken && deaths !== object.deaths) return;
        object.deliver({
          name: where,
          run,
          made: watch.made as (value: unknown) => void,
          answered: (value) => {
            watch.answered?.(value as T);
            if (lost && !silent) broken(random.between(0, 500));
            if (lost) return;
            const delay = this.#faults.strikes("answer late", where) ? this.#delay() : random.between(0, 3);
            back(delay, () => resolve(value as T));
          },
          failed: (error) => {
            if (!silent) back(random.between(0, 3), () => reject(error));
          },
        });
      });
    });
  }

  /** How late something is that comes late: mostly less than a lease runs. */
  #delay(): number {
    const { random } = this.#world;
    return random.chance(0.7) ? random.between(1, 8_000) : random.between(8_000, 60_000);
  }
}
