import type { Bell, BrokerClient } from "../../src/broker/api.ts";
import type { Config } from "../../src/core/config.ts";
import type { TaskRegistry } from "../../src/core/task-definition.ts";
import { ClaimLoop } from "../../src/worker/claim-loop.ts";
import type { RunnableTask } from "../../src/worker/run-task.ts";
import { CANVAS_TASKS, runCanvasTask } from "./canvas-tasks.ts";
import type { Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import { Reruns } from "./reruns.ts";
import { readWork, WORK } from "./work.ts";
import type { World } from "./world.ts";

/** What consumers are put together with. */
export interface ConsumersParts {
  world: World;
  faults: Faults;
  config: Config;
  network: Network;
  ledger: Ledger;
}

const LOG = { level: "error", debug() {}, info() {}, warning() {}, error() {} } as const;

interface Consumer {
  process: Process;
  over(well: boolean): void;
}

/** The consumers: real claim loops, each in a process that may die or hang at any moment. */
export class Consumers {
  readonly #parts: ConsumersParts;
  readonly #running = new Set<Consumer>();
  #started = 0;

  constructor(parts: ConsumersParts) {
    this.#parts = parts;
  }

  /** A handler is called with bells; `over` is told when it returns (well) or dies. */
  start(bells: readonly Bell[], over: (well: boolean) => void): void {
    const { world, config, faults } = this.#parts;
    this.#started += 1;
    const process = new Process(`celeriac@${this.#started}`);
    const consumer: Consumer = { process, over };
    this.#running.add(consumer);
    const skew = world.random.between(-3_000, 3_000);
    const clock = world.clock(skew);
    const timers = world.timers(process);
    const client = newClient({ world, network: this.#parts.network, process, clock, timers, shards: 1 });
    const broker = this.#watched(consumer, client, () => clock.now());
    const registry = this.#registry(consumer);
    const concurrency = config.workerConcurrency;
    const log = { ...LOG, warning: (line: string) => this.#hear(line) };
    const loops = bells.map((bell) =>
      new ClaimLoop({ registry, broker, clock, timers, log, concurrency, bell, consumer: process.name, env: {} }).work(),
    );
    void Promise.all(loops).then(() => {
      if (this.#running.delete(consumer)) over(true);
    });
    if (faults.strikes("consumer hangs", process.name)) world.schedule(world.random.between(0, 3_000), process, () => this.#hang(process));
  }

  /** Kills one that runs; answers whether there was one. */
  killOne(): boolean {
    const consumer = this.#running.size === 0 ? undefined : this.#parts.world.random.pick([...this.#running]);
    if (consumer !== undefined) this.#kill(consumer, "at random");
    return consumer !== undefined;
  }

  /** Lets one that runs stand still; answers whether there was one. */
  hangOne(): boolean {
    const consumer = this.#running.size === 0 ? undefined : this.#parts.world.random.pick([...this.#running]);
    if (consumer !== undefined) this.#hang(consumer.process);
    return consumer !== undefined;
  }

  /** Kills a consumer. */
  #kill({ process, over }: Consumer, why: string): void {
    const consumer = [...this.#running].find((each) => each.process === process);
    if (consumer === undefined) return;
    this.#parts.world.trace.note(() => `consumer ${process.name} dies: ${why}`);
    this.#running.delete(consumer);
    process.alive = false;
    over(false);
  }

  /** The consumer stands still, as with a task that keeps the thread busy. */
  #hang(process: Process): void {
    const { world } = this.#parts;
    const milliseconds = world.random.between(1_000, 40_000);
    world.trace.note(() => `consumer ${process.name} hangs for ${milliseconds} ms`);
    process.frozenUntil = world.time + milliseconds;
  }

  /** A consumer that has heard nothing of its lease for as long as it runs gives it up by itself. */
  #hear(line: string): void {
    if (line.includes("lost its lease")) this.#parts.ledger.steady = false;
  }

  /** The client, with a consumer that may die before and after its calls. */
  #watched(consumer: Consumer, broker: BrokerClient, now: () => number): BrokerClient {
    const { world, faults, ledger, config } = this.#parts;
    const reruns = new Reruns({
      ledger,
      random: world.random,
      config,
      now,
      update: (shard, request) => broker.update(shard, request),
    });
    const { process } = consumer;
    const never = new Promise<never>(() => {});
    return {
      submit: (calls, options) => broker.submit(calls, options),
      looks: broker.looks,
      start: (workflow) => broker.start(workflow),
      tree: (request) => broker.tree(request),
      group: (request) => broker.group(request),
      addToGroup: (shard, request) => broker.addToGroup(shard, request),
      result: (id, waitSeconds) => broker.result(id, waitSeconds),
      update: (shard, request) => broker.update(shard, request),
      forget: (id) => broker.forget(id),
      revokeWhere: (filter, options) => broker.revokeWhere(filter, options),
      revokeStamps: (headers, options) => broker.revokeStamps(headers, options),
      purge: (queue) => broker.purge(queue),
      revoke: (ids, options) => broker.revoke(ids, options),
      news: (shard, request) => broker.news(shard, request),
      sweep: () => broker.sweep(),
      pause: (queue) => broker.pause(queue),
      resume: (queue) => broker.resume(queue),
      limit: (request) => broker.limit(request),
      timeLimit: (request) => broker.timeLimit(request),
      stats: () => broker.stats(),
      claim: (shard, request) => {
        if (faults.strikes("consumer dies before its claim", process.name)) {
          this.#kill(consumer, "before its claim");
          return never;
        }
        // One that finds nothing may stay on the line for a second.
        if (faults.strikes("consumer dies in its claim", process.name)) {
          world.schedule(world.random.between(0, 800), world.platform, () => this.#kill(consumer, "in its claim"));
        }
        return this.#watch(broker.claim(shard, request)).then((grant) => reruns.granted(shard, grant));
      },
      report: (shard, request) => {
        if (faults.strikes("consumer dies before a report", process.name)) {
          this.#kill(consumer, "before a report");
          return never;
        }
        if (faults.strikes("consumer dies after a report", process.name)) {
          world.schedule(world.random.between(1, 8), world.platform, () => this.#kill(consumer, "after a report"));
        }
        const outcomes = request.outcomes.map((outcome) => reruns.outcome(shard, outcome));
        return this.#watch(broker.report(shard, { ...request, outcomes })).then((grant) => reruns.granted(shard, grant));
      },
    };
  }

  /** A call that a consumer gives up may have been heard: what it was granted is lost. */
  #watch<T>(call: Promise<T>): Promise<T> {
    return call.catch((error) => {
      this.#parts.ledger.steady = false;
      throw error;
    });
  }

  #registry(consumer: Consumer): TaskRegistry<RunnableTask> {
    const { world, faults, ledger } = this.#parts;
    const { process } = consumer;
    const work: RunnableTask = {
      name: WORK,
      run: (context, args) => {
        const { request } = context;
        const order = readWork(args);
        const value = ledger.started(request.id, request.deliveries, order.token, process.name);
        const end = () => {
          ledger.finished(request.id, request.deliveries);
          if (order.kind === "fails") throw new RangeError(value);
          return value;
        };
        if (order.kind === "poison") {
          world.schedule(world.random.between(0, order.milliseconds), world.platform, () => this.#kill(consumer, "it ran a poison task"));
        } else if (faults.strikes("consumer dies in a task", request.id)) {
          world.schedule(world.random.between(0, order.milliseconds), world.platform, () => this.#kill(consumer, "in a task"));
        }
        if (order.milliseconds === 0 && order.kind !== "poison") return end();
        return new Promise((resolve, reject) => {
          world.schedule(order.milliseconds + 1, process, () => {
            try {
              resolve(end());
            } catch (error) {
              reject(error);
            }
          });
        });
      },
    };
    const step = (name: string): RunnableTask => ({
      name,
      typing: false,
      run: (context, args, kwargs) => {
        const { request } = context;
        const milliseconds = Number(kwargs.milliseconds ?? 0);
        ledger.started(request.id, request.deliveries, String(kwargs.token), process.name);
        if (faults.strikes("consumer dies in a task", request.id))
          world.schedule(world.random.between(0, milliseconds), world.platform, () => this.#kill(consumer, "in a task"));
        if (milliseconds === 0) return runCanvasTask(name, [...args]);
        return new Promise<void>((resolve) => world.schedule(milliseconds, process, resolve)).then(() => runCanvasTask(name, [...args]));
      },
    });
    const registered = new Map([work, ...[...CANVAS_TASKS].map(step)].map((task) => [task.name, task]));
    return { get: (name) => registered.get(name), names: () => [...registered.keys()] };
  }
}
