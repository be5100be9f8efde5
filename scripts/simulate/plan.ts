import type { Config } from "../../src/core/config.ts";
import type { Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import type { Consumers } from "./consumers.ts";
import type { Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import type { World } from "./world.ts";

/** What the plan strikes at. */
export interface PlanParts {
  world: World;
  faults: Faults;
  config: Config;
  cluster: Cluster;
  clients: Clients;
  consumers: Consumers;
  network: Network;
  ledger: Ledger;
  /** Strike with nothing that loses a lease. */
  steady: boolean;
}

const STEADY = ["object reset", "deploy", "object evicted"] as const;
const ALL = [...STEADY, "object reset", "clock jumps", "consumer dies", "consumer hangs"] as const;

/** How often both do. */
const UNSETTLED = 0.5;

const TICK_MILLISECONDS = 60_000;
/** An operator who was not heard says it again. */
const AGAIN_MILLISECONDS = 1_000;
/** A deploy has reached everybody after so long: shorter than the shortest histories, or as long as the longer ones. */
const DEPLOY_MILLISECONDS = [5_000, 60_000];

/** What comes at instants of its own: faults that strike whatever happens just then, and the Cron Trigger's tick. */
export class Plan {
  readonly #parts: PlanParts;
  readonly #cron = new Process("cron");

  constructor(parts: PlanParts) {
    this.#parts = parts;
  }

  /** Lets about so many faults strike in the next `span` milliseconds. */
  strike(count: number, span: number): void {
    const { world } = this.#parts;
    for (let index = 0; index < count; index++) world.schedule(world.random.between(0, span), world.platform, () => this.#strike());
  }

  /** The Cron Trigger sweeps once a minute; while faults strike it may be missed, and comes late or twice with its call. */
  tick(): void {
    const { world, faults, network, config } = this.#parts;
    const sweep = () => {
      world.schedule(TICK_MILLISECONDS, this.#cron, sweep);
      if (!faults.strikes("tick missed", "the cron"))
        newClient({ world, network, process: this.#cron, shards: config.brokerShards })
          .sweep()
          .catch(() => {});
    };
    world.schedule(world.random.between(0, TICK_MILLISECONDS), this.#cron, sweep);
  }

  /** A deploy in the next `span` milliseconds with another number of shards: it reaches clients and objects one after another. */
  reshard(shards: number, span: number): void {
    const { world, config, cluster, clients, faults } = this.#parts;
    world.schedule(world.random.between(0, span), world.platform, () => {
      faults.count("shards change", `${config.brokerShards} to ${shards}`);
      config.brokerShards = shards;
      const lasts = world.random.pick(DEPLOY_MILLISECONDS);
      clients.deploy(lasts);
      for (const object of cluster.objects) {
        world.schedule(world.random.between(0, lasts), world.platform, () =>
          object.reset("Durable Object reset because its code was updated."),
        );
      }
    });
  }

  /** Somebody pauses a queue, and resumes it after so many milliseconds; each is said again until it is heard. */
  pause(queue: string, at: number, milliseconds: number): void {
    const { world, network, config, ledger } = this.#parts;
    const process = new Process("operator");
    const broker = newClient({ world, network, process, shards: config.brokerShards });
    const insist = (order: () => Promise<void>, heard: () => void) => {
      const again = () => void world.schedule(AGAIN_MILLISECONDS, process, () => insist(order, heard));
      order().then(heard, again);
    };
    const resume = () => {
      ledger.paused.delete(queue);
      insist(
        () => broker.resume(queue),
        () => {},
      );
    };
    world.schedule(at, process, () =>
      insist(
        () => broker.pause(queue),
        () => {
          ledger.paused.add(queue);
          world.schedule(milliseconds, process, resume);
        },
      ),
    );
  }

  /** Just now something was written down that only a reset and a lost lease show: both may come at once. */
  unsettle(): void {
    const { world, cluster, faults, consumers, steady } = this.#parts;
    if (steady || faults.over || !world.random.chance(UNSETTLED)) return;
    if (consumers.killOne()) faults.count("consumer dies", "by plan");
    for (const object of cluster.objects) {
      if (object.life === undefined) continue;
      object.reset("Network connection lost.");
      faults.count("object reset", "by plan");
    }
  }

  /** No more ticks. */
  stop(): void {
    this.#cron.alive = false;
  }

  #strike(): void {
    const { world, cluster, faults, consumers, steady } = this.#parts;
    const { random } = world;
    const object = random.pick(cluster.objects.length > 0 ? cluster.objects : [cluster.at(0)]);
    const kind = random.pick(steady ? STEADY : ALL);
    let struck = true;
    if (kind === "object evicted") struck = object.evict();
    else if (kind === "clock jumps") this.#jump();
    else if (kind === "consumer dies") struck = consumers.killOne();
    else if (kind === "consumer hangs") struck = consumers.hangOne();
    else if (object.life === undefined) struck = false;
    else object.reset(kind === "deploy" ? "Durable Object reset because its code was updated." : "Network connection lost.");
    if (struck) faults.count(kind, "by plan");
  }

  #jump(): void {
    const { world, cluster } = this.#parts;
    world.jump(world.random.between(500, 30_000));
    for (const { alarm } of cluster.objects) alarm.schedule();
  }
}
