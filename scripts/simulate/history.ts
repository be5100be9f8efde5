import { type Config, defaultConfig } from "../../src/core/config.ts";
import { Canvases } from "./canvases.ts";
import { Checks } from "./checks.ts";
import { Clients } from "./clients.ts";
import { Cluster } from "./cluster.ts";
import { Consumers } from "./consumers.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Limits } from "./limits.ts";
import { Network } from "./network.ts";
import { Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { Revokers } from "./revokers.ts";
import { Transport } from "./transport.ts";
import type { Violation } from "./violation.ts";
import { narrowWindow } from "./window.ts";
import { World } from "./world.ts";

/** What every history has at least. */
export const LEAST_TASKS = 30;
export const LEAST_FAULTS = 10;
/** Over how many shards histories run. */
const SHARDS = [1, 1, 2, 3, 4];

/** Makes another chance of a seed. */
const LIMITS_SEED = 1_000_003;

/** What one seed came to. */
export interface History {
  seed: number;
  violation: Violation | undefined;
  /** How often each kind of fault was struck. */
  faults: ReadonlyMap<FaultKind, number>;
  struck: number;
  /** How many tasks were accepted. */
  tasks: number;
  /** How many submits were refused for want of room. */
  full: number;
  /** How many canvases came to their end, and to what they mean. */
  canvases: number;
  /** Virtual milliseconds from the beginning until the last result had expired. */
  lasted: number;
  /** The last lines and the hash of all, if it was traced. */
  trace: { lines: readonly string[]; hash: string };
}

/** How a history is run. */
export interface HistoryOptions {
  traced?: boolean;
  /** Gets every line of the trace as it arises. */
  tell?: (line: string) => void;
  /** Answers leave the object before they are durable (a seeded defect). */
  ungated?: boolean;
}

/**
 * Plays one history: clients (of single tasks and of canvases), the objects, the transport and consumers in one virtual world, with faults; then all faults stop
 * and the world comes to rest. The same seed gives the same history.
 */
export async function runHistory(seed: number, options: HistoryOptions = {}): Promise<History> {
  const world = new World(seed, options.traced === true);
  if (options.tell !== undefined) world.trace.tell = options.tell;
  const { random } = world;
  const config: Config = {
    ...defaultConfig,
    taskQueues: ["celery", "other"],
    workerConcurrency: random.pick([1, 2, 4, 100]),
    maxConcurrency: random.pick([1, 2, 5]),
    resultExpires: random.pick([600, 3_600]),
    taskTrackStarted: random.chance(0.3),
    brokerBacklogLimit: random.chance(0.4) ? random.between(7, 25) : defaultConfig.brokerBacklogLimit,
    brokerShards: random.pick(SHARDS),
  };
  narrowWindow({
    readySlots: random.chance(0.3) ? random.between(1, 6) : Number.POSITIVE_INFINITY,
    crowded: random.chance(0.2),
    recountPages: random.between(1, 6),
  });
  const steady = random.chance(0.3);
  // Of a chance of its own, so that histories without limits are what they were.
  const ownRandom = new Random(seed + LIMITS_SEED);
  const limits = new Limits(ownRandom);
  const faults = new Faults(random, world.trace, steady);
  const ledger = new Ledger(world, config.resultExpires * 1000);
  ledger.steady = steady;
  const cluster = new Cluster({
    world,
    faults,
    config,
    peer: (process, shard) => network.stub(process, shard),
    send: (bells) => transport.send(bells),
    failed: (message) => ledger.break("noFailure", message),
  });
  cluster.gated = options.ungated !== true;
  const network = new Network(world, faults, cluster, ledger);
  const consumers = new Consumers({ world, faults, config, network, ledger });
  const transport = new Transport(world, faults, config.maxConcurrency, (bells, over) => consumers.start(bells, over));
  const clients = new Clients({ world, config, network, ledger, limits, poison: !steady });
  const revokers = new Revokers({ world, config, network, ledger, flagged: () => plan.unsettle() });
  const canvases = new Canvases({ world, random: ownRandom, config, network, ledger, revokers });
  const plan = new Plan({ world, faults, config, cluster, clients, consumers, network, ledger, steady });
  const checks = new Checks({ world, config, cluster, network, ledger, clients, canvases });
  world.trace.note(() => `seed ${seed}: ${JSON.stringify(config)}`);
  try {
    await play();
  } catch (error) {
    ledger.break("noFailure", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  cluster.close();
  return {
    seed,
    violation: ledger.violation,
    faults: faults.counts,
    struck: faults.struck,
    tasks: ledger.accepted().length,
    full: ledger.full,
    canvases: canvases.compared,
    lasted: world.time,
    trace: { lines: world.trace.lines, hash: world.trace.hash },
  };

  async function play(): Promise<void> {
    const span = random.pick([10_000, 60_000, 1_200_000]);
    clients.plan(random.between(LEAST_TASKS, 45), span);
    revokers.plan(random.between(0, 6), span);
    canvases.plan(ownRandom.between(2, 6), span);
    plan.strike(random.between(2, 8), span);
    const shards = random.chance(0.5) ? random.pick(SHARDS) : config.brokerShards;
    if (shards !== config.brokerShards) plan.reshard(shards, span);
    else if (ownRandom.chance(0.3))
      plan.pause(ownRandom.pick(config.taskQueues), ownRandom.between(0, span), ownRandom.between(100, 30_000));
    plan.tick();
    checks.poll();
    checks.watch(span);
    await world.run(span);
    while (ledger.violation === undefined && (faults.struck < LEAST_FAULTS || ledger.accepted().length < LEAST_TASKS)) {
      // While the backlog is full, more clients would only wait beside the others.
      if (ledger.accepted().length < LEAST_TASKS && clients.trying === 0) clients.plan(4, 2_000);
      if (faults.struck < LEAST_FAULTS) plan.strike(2, 2_000);
      await world.run(world.time + 3_000);
    }
    faults.over = true;
    world.trace.note(() => "-- no more faults");
    await checks.finish(() => plan.stop());
  }
}
