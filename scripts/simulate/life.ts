import type { AlarmSource } from "../../src/broker/alarm-clock.ts";
import type { Bell } from "../../src/broker/api.ts";
import { Book } from "../../src/broker/book.ts";
import type { Peer } from "../../src/broker/homes.ts";
import { Shard } from "../../src/broker/shard.ts";
import type { Config } from "../../src/core/config.ts";
import type { ArrivedCall } from "./broker-object.ts";
import type { Disk } from "./disk.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** The book that was read back last: the shard keeps its memory to itself, and the end of a history looks into it. */
let lastBook: Book | undefined;
const recover = Book.prototype.recover;
Book.prototype.recover = function (this: Book, now: number): void {
  lastBook = this;
  recover.call(this, now);
};

/** The object from one start to its end. */
export interface Life {
  process: Process;
  shard: Shard;
  /** Its memory, once it has read back its rows. */
  book?: Book;
  /** It has read back its rows. */
  ready: boolean;
  /** Calls that are not answered. */
  calls: Set<ArrivedCall>;
  /** How many timers run. */
  timers: number;
}

/** What a life is made from. */
export interface LifeParts {
  world: World;
  /** Its number. */
  shard: number;
  config: Config;
  process: Process;
  disk: Disk;
  alarm: AlarmSource;
  peer: Peer;
  abort(reason: string): void;
  send(bells: Bell[]): Promise<void>;
}

/** The memory of the object that read back its rows last. */
export function bookReadLast(): Book | undefined {
  return lastBook;
}

/** The real shard, on the simulated platform. A dead one is refused everything. */
export function startLife(parts: LifeParts): Life {
  const { world, config, process, disk, alarm, peer } = parts;
  const alive = <T>(value: T): T => {
    if (!process.alive) throw new Error("this Durable Object instance is no longer active");
    return value;
  };
  const shard = new Shard({
    shard: parts.shard,
    config,
    sql: { exec: (query, ...bindings) => alive(disk).exec(query, ...bindings) },
    alarm: {
      getAlarm: () => alive(alarm).getAlarm(),
      setAlarm: async (at) => {
        if (process.alive) await alarm.setAlarm(at);
      },
    },
    transaction: (work) => alive(disk).transaction(work),
    sync: () =>
      new Promise((resolve) => {
        if (process.alive) disk.whenDurable(resolve);
      }),
    abort: parts.abort,
    peer,
    send: async (bells) => {
      if (process.alive) await parts.send(bells);
    },
    random: (bytes) => world.random.hex(bytes),
    clock: world.clock(),
    timers: {
      after: (milliseconds, callback) => {
        let running = true;
        const over = () => {
          if (running) life.timers -= 1;
          running = false;
        };
        life.timers += 1;
        const cancel = world.schedule(milliseconds, process, () => {
          over();
          callback();
        });
        return () => {
          over();
          cancel();
        };
      },
    },
  });
  const life: Life = { process, shard, ready: false, calls: new Set(), timers: 0 };
  return life;
}
