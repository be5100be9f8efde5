import type { Book } from "../../src/broker/book.ts";
import type { Config } from "../../src/core/config.ts";
import { readLane } from "../../src/core/lane-name.ts";
import type { Canvases } from "./canvases.ts";
import type { Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import type { Disk } from "./disk.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import type { TaskFacts } from "./task-facts.ts";
import type { World } from "./world.ts";

/** How long after the last fault, or after it is due, a task may take at most, beside the time that all tasks run. */
const PATIENCE_MILLISECONDS = 180_000;
/** A poison task is granted four times at least before it fails, and each time its lease must run out. */
const POISON_MILLISECONDS = 100_000;
/** So long after the last fault the sweep comes once more: an object that died in the last moment is called. */
const TICK_MILLISECONDS = 60_001;
/** Results are kept ten minutes at least: each is read before. */
const POLL_MILLISECONDS = 120_000;
/** Keys are kept for a day; loans for a little more, or twice that. */
const LAST_EXPIRY_MILLISECONDS = 4 * 86_400_000;
const SAMPLE = 4;
/** How often the object's memory is looked into. */
const LOOKS = 40;

/** What the checks look at. */
export interface ChecksParts {
  world: World;
  config: Config;
  cluster: Cluster;
  network: Network;
  ledger: Ledger;
  clients: Clients;
  canvases: Canvases;
}

/** What must be true when the faults are over. */
export class Checks {
  readonly #parts: ChecksParts;
  readonly #reader = new Process("checks");

  constructor(parts: ChecksParts) {
    this.#parts = parts;
  }

  /** Reads now and then what is not known to be final, so that no result expires unseen. */
  poll(): void {
    const { world, ledger } = this.#parts;
    world.schedule(POLL_MILLISECONDS, this.#reader, () => {
      this.poll();
      this.#read(
        ledger.accepted().filter(({ final }) => final === undefined),
        this.#reader,
      );
    });
  }

  /** Looks into the object's memory at instants of the next `span` milliseconds: what it counts must be what its rows hold. */
  watch(span: number): void {
    const { world } = this.#parts;
    for (let look = 0; look < LOOKS; look++) world.schedule(world.random.between(0, span), world.platform, () => this.#countsHold());
  }

  /** The faults are over: lets the world come to rest, and checks it. `stopTicks` ends the Cron Trigger. */
  async finish(stopTicks: () => void): Promise<void> {
    const { world, clients, ledger } = this.#parts;
    const over = world.now;
    await world.run(world.time + TICK_MILLISECONDS);
    stopTicks();
    const patience = PATIENCE_MILLISECONDS + clients.work + clients.poison * POISON_MILLISECONDS;
    await world.run(world.time + Math.max(0, clients.lastDue - world.now) + patience);
    this.#reader.alive = false;
    await this.#readAll(ledger.accepted().filter(({ final }) => final === undefined));
    for (const task of ledger.accepted()) this.#inTime(task, over, patience);
    this.#parts.canvases.check();
    if (ledger.violation !== undefined) return;
    // The ticks have stopped, and what is left to count anew is left to them.
    newClient({ world, network: this.#parts.network, process: world.platform, shards: this.#parts.config.brokerShards })
      .sweep()
      .catch(() => {});
    await world.run(world.time + 1_000);
    this.#atRest();
    for (const object of this.#parts.cluster.objects) object.reset("Network connection lost.");
    await this.#readAll(ledger.accepted().filter((_, index) => index % SAMPLE < 2));
    this.#memoryAtRest();
    await this.#expire();
  }

  async #readAll(tasks: readonly TaskFacts[]): Promise<void> {
    const { world } = this.#parts;
    this.#read(tasks, world.platform);
    await world.run(world.time + 1_000);
  }

  #read(tasks: readonly TaskFacts[], process: Process): void {
    const { world, network, ledger, config } = this.#parts;
    const broker = newClient({ world, network, process, shards: config.brokerShards });
    for (const { id } of tasks) {
      broker.result(id, 0).then(
        (lookup) => {
          if (!lookup.found) ledger.read(id, lookup);
        },
        () => {},
      );
    }
  }

  #inTime({ id, token, final }: TaskFacts, over: number, patience: number): void {
    const { ledger } = this.#parts;
    if (final === undefined) {
      ledger.break("inTime", `${token} (${id}) has not ended ${Math.round(patience / 1000)} s after the last fault and its due time`);
      return;
    }
    const due = ledger.orders.get(token ?? "")?.lastDue ?? 0;
    const late = (final.doneAt ?? 0) - Math.max(over, due);
    if (late > patience) ledger.break("inTime", `${token} (${id}) ended ${late} ms after the last fault and its due time`);
  }

  #atRest(): void {
    const { cluster, ledger } = this.#parts;
    const rows: [table: string, where?: string][] = [["lease"], ["attempt"], ["page", "due IS NOT NULL"]];
    for (const { disk } of cluster.objects) {
      for (const [table, where] of rows) {
        const count = disk.count(table, where);
        if (count > 0)
          ledger.break("nothingLeft", `at rest table ${table} holds ${count} rows${where === undefined ? "" : ` where ${where}`}`);
      }
    }
    this.#memoryAtRest();
  }

  #memoryAtRest(): void {
    for (const { life, shard } of this.#parts.cluster.objects) this.#lifeAtRest(life, shard);
  }

  #lifeAtRest(life: Life | undefined, shard: number): void {
    const { ledger, config } = this.#parts;
    if (life?.book === undefined) return;
    const { leases, open, queues } = life.book;
    if (leases.size > 0) ledger.break("nothingLeft", `at rest memory holds ${leases.size} leases`);
    const { count, sure } = life.book.backlog;
    // Shards that get no new work any more are not always swept; what they count, they count when they must know.
    const unsure = !sure && shard < config.brokerShards;
    if (unsure || count !== 0) ledger.break("nothingLeft", `at rest ${sure ? "" : "perhaps "}${count} tasks are counted as unfinished`);
    if (open.size > 0) ledger.break("nothingLeft", `at rest memory holds ${open.size} pages`);
    for (const queue of queues.values()) {
      const lanes = [...queue.lanes()];
      if (queue.suspects > 0 || lanes.some(({ ready }) => ready > 0))
        ledger.break("nothingLeft", `at rest something is ready in queue ${queue.name}`);
      if (lanes.length > 1) ledger.break("nothingLeft", `at rest queue ${queue.name} has ${lanes.length} lanes`);
    }
  }

  #countsHold(): void {
    for (const { life, disk } of this.#parts.cluster.objects) {
      if (life?.ready === true && life.book !== undefined) this.#bookHolds(life.book, disk);
    }
  }

  #bookHolds(book: Book, disk: Disk): void {
    const { ledger, config } = this.#parts;
    const unfinished = this.#unfinished(disk);
    const { count, sure } = book.backlog;
    // A shard's own share becomes smaller while there come to be more of them.
    const limit = config.brokerBacklogLimit;
    // What follows from tasks that were accepted is never refused: it may be beyond the limit.
    const submitted = unfinished > limit ? this.#unfinished(disk, `AND ${SUBMITTED}`) : unfinished;
    if (submitted > limit) ledger.break("backlogHolds", `${submitted} tasks are unfinished, and ${limit} may be`);
    if (sure ? count !== unfinished : count < unfinished) {
      ledger.break("backlogHolds", `${unfinished} tasks are unfinished, and ${sure ? "exactly" : "at most"} ${count} are counted`);
    }
    this.#limitsHold(book);
    for (const queue of book.queues.values()) {
      const held = [...book.leases.values()].reduce((sum, lease) => sum + (lease.queue === queue.name ? lease.size : 0), 0);
      const window = config.maxConcurrency * config.workerConcurrency;
      if (held > window) ledger.break("windowHolds", `${held} tasks of queue ${queue.name} are held, and ${window} may be`);
      if (held !== queue.held) ledger.break("windowHolds", `${held} tasks of queue ${queue.name} are held, and ${queue.held} are counted`);
    }
  }

  /** What runs of each key is what leases hold of it, and no more than may. */
  #limitsHold(book: Book): void {
    const held = new Map<string, number>();
    for (const lease of book.leases.values()) {
      for (const { page } of lease.slots()) {
        const { limit, key } = readLane(book.open.get(page)?.row.queue ?? "");
        const place = `${limit} ${key}`;
        held.set(place, (held.get(place) ?? 0) + 1);
      }
    }
    for (const { name, most, places } of book.limits.values()) {
      for (const { key, running, reserved } of places.values()) {
        const count = held.get(`${name} ${key}`) ?? 0;
        const place = `key ${key} of limit ${name}`;
        if (count !== running || reserved > 0)
          this.#parts.ledger.break("limitsHold", `${count} of ${place} are held, and ${running} are counted, ${reserved} to come`);
        if (key !== undefined && count > most) this.#parts.ledger.break("limitsHold", `${count} of ${place} are held, and ${most} may be`);
      }
    }
  }

  /** How many tasks are unfinished, by the rows. */
  #unfinished(disk: Disk, which = ""): number {
    const [row] = disk
      .exec<{ unfinished: number }>(
        `SELECT coalesce(sum(count), 0) - coalesce(sum((SELECT sum(json_array_length(text)) FROM outcome WHERE outcome.page = page.id)), 0)
         AS unfinished FROM page WHERE due IS NOT NULL ${which}`,
      )
      .toArray();
    return row?.unfinished ?? 0;
  }

  /** Results are readable until they expire, not after; in the end every row is gone. */
  async #expire(): Promise<void> {
    const { world, ledger, config, cluster } = this.#parts;
    const sample = ledger.accepted().filter((_, index) => index % SAMPLE === 0);
    sample.sort((one, other) => (one.final?.doneAt ?? 0) - (other.final?.doneAt ?? 0));
    for (const margin of [-1_500, 10]) {
      for (const task of sample) {
        const at = (task.final?.doneAt ?? 0) + config.resultExpires * 1000 + margin;
        if (at <= world.now) continue;
        await world.run(world.time + at - world.now);
        await this.#readAll([task]);
      }
    }
    await world.run(world.time + LAST_EXPIRY_MILLISECONDS);
    for (const { disk } of cluster.objects) {
      for (const table of disk.tables()) {
        const count = disk.count(table);
        if (table !== "meta" && count > 0) ledger.break("nothingLeft", `in the end table ${table} holds ${count} rows`);
      }
    }
  }
}

/** Pages that came with a submit; the others are of canvases that a task has led to. */
const SUBMITTED = `coalesce(json_extract(head, '$.w.id'), 0) NOT IN
  (SELECT id FROM workflow WHERE part = 0 AND json_extract(text, '$.plan.parent') IS NOT NULL)`;
