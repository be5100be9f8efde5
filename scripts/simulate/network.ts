import type { BrokerApi } from "../../src/broker/api.ts";
import type { Shard } from "../../src/broker/shard.ts";
import type { BrokerObject } from "./broker-object.ts";
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

/** Carries calls to the object and answers back, with what can happen to both. */
export class Network {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #object: BrokerObject;
  readonly #ledger: Ledger;

  constructor(world: World, faults: Faults, object: BrokerObject, ledger: Ledger) {
    this.#world = world;
    this.#faults = faults;
    this.#object = object;
    this.#ledger = ledger;
  }

  /** A fresh stub for one caller. */
  stub(caller: Process): BrokerApi {
    const ledger = this.#ledger;
    return {
      submit: (submission) =>
        this.#call(caller, "submit", (shard) => shard.submit(submission), {
          answered: (answer) => {
            if (answer.ok && answer.record !== undefined) ledger.read(answer.record.id, { found: true, record: answer.record });
          },
        }),
      submitTogether: (submissions) => this.#call(caller, "submitTogether", (shard) => shard.submitTogether(submissions)),
      claim: (request) => this.#call(caller, "claim", (shard) => shard.claim(request), { made: (grant) => ledger.granted(grant) }),
      report: (request) => this.#call(caller, "report", (shard) => shard.report(request), { made: (grant) => ledger.granted(grant) }),
      renew: (lease) =>
        this.#call(caller, "renew", (shard) => shard.renew(lease), { made: (renewal) => renewal.held && ledger.extended(lease) }),
      result: (id, waitSeconds) =>
        this.#call(caller, "result", (shard) => shard.result(id, waitSeconds), { answered: (lookup) => ledger.read(id, lookup) }),
      results: (ids) =>
        this.#call(caller, "results", (shard) => shard.results(ids), {
          answered: (lookups) => {
            for (const [index, lookup] of lookups.entries()) ledger.read(ids[index] ?? "", lookup);
          },
        }),
      sweep: () => this.#call(caller, "sweep", (shard) => shard.sweep()),
      stats: () => this.#call(caller, "stats", (shard) => shard.stats()),
    };
  }

  /** Reads a result that the ledger is not to know of. */
  unwatched(caller: Process): Pick<BrokerApi, "result"> {
    return { result: (id, waitSeconds) => this.#call(caller, "result", (shard) => shard.result(id, waitSeconds)) };
  }

  #call<T>(
    caller: Process,
    name: string,
    run: (shard: Shard) => Promise<T>,
    watch: { made?: (value: T) => void; answered?: (value: T) => void } = {},
  ): Promise<T> {
    const { random } = this.#world;
    const where = `${name} of ${caller.name}`;
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
      const lost = overtaken || this.#faults.strikes("answer lost", where);
      const late = !overtaken && this.#faults.strikes("request late", where) ? this.#delay() : 0;
      const there = overtaken ? random.between(1, LONGEST_OVERTAKEN_MILLISECONDS) : random.between(0, 3) + late;
      const { deaths } = this.#object;
      this.#world.schedule(there, this.#world.platform, () => {
        // What is under way to an object is lost with it.
        if (overtaken && deaths !== this.#object.deaths) return;
        this.#object.deliver({
          name: where,
          run,
          made: watch.made as (value: unknown) => void,
          answered: (value) => {
            watch.answered?.(value as T);
            if (lost && !overtaken) broken(random.between(0, 500));
            if (lost) return;
            const delay = this.#faults.strikes("answer late", where) ? this.#delay() : random.between(0, 3);
            back(delay, () => resolve(value as T));
          },
          failed: (error) => {
            if (!overtaken) back(random.between(0, 3), () => reject(error));
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
