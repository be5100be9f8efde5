import type { Bell, BrokerApi } from "../../src/broker/api.ts";
import type { Shard } from "../../src/broker/shard.ts";
import type { Config } from "../../src/core/config.ts";
import { Disk, STORAGE_FAILURE } from "./disk.ts";
import type { Faults } from "./faults.ts";
import { bookReadLast, type Life, startLife } from "./life.ts";
import { PlatformAlarm } from "./platform-alarm.ts";
import { Process } from "./process.ts";
import type { World } from "./world.ts";

/** The platform keeps an object for so long when nothing happens. */
const IDLE_MILLISECONDS = 10_000;

/** A call that has reached the object. */
export interface ArrivedCall {
  /** What is called, for the trace. */
  name: string;
  run(shard: Shard): Promise<unknown>;
  /** Told the answer when it is made; what was written for it may not be durable yet. */
  made?(value: unknown): void;
  /** Told the answer once it may leave the object. */
  answered(value: unknown): void;
  failed(error: Error): void;
}

/** What the object is put together with. */
export interface ObjectParts {
  world: World;
  faults: Faults;
  shard: number;
  /** As it is when the object is started. */
  config: Config;
  /** Another shard's object, as one life of this one reaches it. */
  peer(process: Process, shard: number): Pick<BrokerApi, "names">;
  /** Puts bells on the transport. */
  send(bells: Bell[]): void;
  /** Told of a failure that nobody has caused. */
  failed(message: string): void;
}

/**
 * The Durable Object as the platform runs it: started by the first call or alarm, calls held back until it has read back its
 * rows, answers and bells held back until what was written before is durable, killed and started again from what was durable.
 */
export class BrokerObject {
  /** Its number. */
  readonly shard: number;
  readonly disk: Disk;
  /** Answers and bells wait for the disk (a property of the platform; a seeded defect turns it off). */
  gated = true;
  readonly alarm: PlatformAlarm;
  /** How often it was killed. */
  deaths = 0;
  readonly #parts: ObjectParts;
  #life: Life | undefined;
  #lives = 0;
  #calledAt = 0;

  constructor(parts: ObjectParts) {
    this.#parts = parts;
    this.shard = parts.shard;
    this.disk = new Disk(parts.world, parts.faults);
    this.alarm = new PlatformAlarm(parts.world, parts.faults, this.disk, { alarm: (scheduled) => this.#alarm(scheduled) });
    parts.world.afterTurn.push(() => this.disk.endTurn());
  }

  /** The life that runs, if any. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** A call arrives. */
  deliver(call: ArrivedCall): void {
    this.#calledAt = this.#parts.world.time;
    const life = this.#life ?? this.#start();
    life.calls.add(call);
    if (life.ready) this.#run(life, call);
  }

  /** Kills the object: calls in flight fail, what is not durable may be lost. */
  reset(reason: string): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#parts.world.trace.note(() => `object ${life.process.name} dies: ${reason}`);
    this.#life = undefined;
    this.deaths += 1;
    life.process.alive = false;
    this.disk.crash();
    this.alarm.died();
    const error = Object.assign(new Error(reason), { durableObjectReset: true });
    for (const call of life.calls) this.#parts.world.schedule(0, this.#parts.world.platform, () => call.failed(error));
  }

  /** Takes an idle object out of memory, as the platform does when nothing happens; answers whether it was idle. */
  evict(): boolean {
    const life = this.#life;
    const { time } = this.#parts.world;
    if (
      life === undefined ||
      !life.ready ||
      time - this.#calledAt < IDLE_MILLISECONDS ||
      life.calls.size > 0 ||
      life.timers > 0 ||
      !this.disk.settled ||
      !this.alarm.idle
    )
      return false;
    this.#parts.world.trace.note(() => `object ${life.process.name} is evicted`);
    life.process.alive = false;
    this.#life = undefined;
    return true;
  }

  #start(): Life {
    this.#lives += 1;
    const { world, config, shard, peer } = this.#parts;
    const process = new Process(`${shard}#${this.#lives}`);
    world.trace.note(() => `object ${process.name} starts`);
    const life = startLife({
      world,
      shard,
      config: { ...config },
      process,
      peer: (other) => peer(process, other),
      disk: this.disk,
      alarm: this.alarm.source(),
      abort: (reason) => {
        if (this.#life !== life) return;
        if (!reason.includes(STORAGE_FAILURE)) this.#parts.failed(reason);
        this.reset(reason);
      },
      send: (bells) => this.#send(bells),
    });
    this.#life = life;
    // The storage answers what recovery asks in an event of its own.
    world.schedule(world.random.between(0, 2), process, () => {
      life.shard.recover().then(
        () => {
          if (this.#life !== life) return;
          life.ready = true;
          life.book = bookReadLast();
          for (const call of [...life.calls]) this.#run(life, call);
        },
        (error) => {
          if (this.#life !== life) return;
          if (!String(error).includes(STORAGE_FAILURE)) this.#parts.failed(`the object could not be started: ${error.stack}`);
          this.reset(`the object could not be started: ${error}`);
        },
      );
    });
    return life;
  }

  #run(life: Life, call: ArrivedCall): void {
    const { world } = this.#parts;
    if (!life.process.alive) return;
    const settle = (action: () => void) => {
      if (!life.process.alive) return;
      this.#leave(() => {
        if (!life.process.alive) return;
        life.calls.delete(call);
        action();
      });
    };
    world.trace.note(() => `object ${life.process.name} is asked ${call.name}`);
    call.run(life.shard).then(
      (value) => {
        if (life.process.alive) call.made?.(value);
        settle(() => call.answered(value));
      },
      (error) => {
        if (life.process.alive) this.#parts.failed(`${call.name}: ${error instanceof Error ? error.stack : error}`);
        settle(() => call.failed(error instanceof Error ? error : new Error(String(error))));
      },
    );
    if (this.#parts.faults.strikes("object reset in a commit", call.name)) {
      world.schedule(world.random.between(0, 6), world.platform, () => {
        if (this.#life === life) this.reset("Network connection lost.");
      });
    }
  }

  #alarm(scheduled: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.deliver({ name: "alarm", run: (shard) => shard.alarm(scheduled), made: () => resolve(), answered: () => {}, failed: reject });
    });
  }

  async #send(bells: Bell[]): Promise<void> {
    if (this.#parts.faults.strikes("bell not sent", `${bells.length} bells`)) throw new Error("Too Many Requests");
    this.#leave(() => this.#parts.send(bells));
  }

  /** What leaves the object waits until what was written before is durable. */
  #leave(action: () => void): void {
    if (this.gated) this.disk.whenDurable(action);
    else action();
  }
}
