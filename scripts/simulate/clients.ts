import type { BrokerClient } from "../../src/broker/api.ts";
import type { Clock } from "../../src/clock.ts";
import type { Call, CallOptions } from "../../src/core/call.ts";
import { composeCall } from "../../src/core/compose.ts";
import type { Config } from "../../src/core/config.ts";
import type { Ledger } from "./ledger.ts";
import type { Limits } from "./limits.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import type { Order } from "./task-facts.ts";
import { WORK_DEFINITION, writeWork } from "./work.ts";
import type { World } from "./world.ts";

const CLIENTS = 3;
/** How often, and how close, two of them make the same call while a deploy reaches them. */
const RACES = 5;
const RACE_MILLISECONDS = 1_000;
const LONGEST_COUNTDOWN_SECONDS = 1_500;
/** An id that a caller chose may be used again when its first task is forgotten; the simulation never waits that long. */
const LEAST_KEPT_MILLISECONDS = 300_000;
/** A client gives up a call for which there was no room for so long. */
const LONGEST_TRYING_MILLISECONDS = 150_000;
/** A client gives up a submit that is not answered for so long: its request is gone. */
const LONGEST_ANSWER_MILLISECONDS = 120_000;
/** One poison task takes minutes to end: each of its attempts is a lease that must run out. */
const MOST_POISON = 1;

/** What clients are put together with. */
export interface ClientsParts {
  world: World;
  config: Config;
  network: Network;
  ledger: Ledger;
  limits: Limits;
  /** One task may kill its consumers. */
  poison: boolean;
}

interface Client {
  process: Process;
  clock: Clock;
  broker: BrokerClient;
}

/** A call under a name of the caller's, so that it can be made again. */
interface Named {
  order: Order;
  options: CallOptions;
  onceOnly: boolean;
  /** When it was made first: milliseconds since 1970. */
  at: number;
}

/** Calls on their way to the broker. */
interface Sending {
  made: readonly Named[];
  calls: Call[];
  tokens: string[];
  waitSeconds: number;
  /** Until when they are sent again if there is no room: milliseconds since 1970. */
  until: number;
}

/** The clients: submit one call or many, with every option, some of them again; and read results. */
export class Clients {
  /** How many calls were made. */
  calls = 0;
  /** How many poison tasks are among them. */
  poison = 0;
  /** How long all tasks take together, in milliseconds. */
  work = 0;
  /** How many submits are not answered yet, or are to be sent again for want of room. */
  trying = 0;
  /** When the last task is due: milliseconds since 1970. */
  lastDue = 0;
  readonly #parts: ClientsParts;
  readonly #clients: Client[];
  #named: Named[] = [];

  constructor(parts: ClientsParts) {
    this.#parts = parts;
    const { world } = parts;
    this.#clients = Array.from({ length: CLIENTS }, (_, index) => {
      const process = new Process(`client ${index + 1}`);
      const clock = world.clock(world.random.between(-5_000, 5_000));
      return { process, clock, broker: this.#connect(process, clock) };
    });
  }

  /** A deploy reaches the clients, one after another within so many milliseconds: each reads the configuration anew. */
  deploy(span: number): void {
    const { world } = this.#parts;
    for (const client of this.#clients) {
      world.schedule(world.random.between(0, span), client.process, () => {
        client.broker = this.#connect(client.process, client.clock);
      });
    }
    for (let race = 0; race < RACES; race++) world.schedule(world.random.between(0, span), world.platform, () => this.#race());
  }

  /** Two clients make the same call shortly after one another: one of them may have heard of a deploy, and the other not. */
  #race(): void {
    const { world } = this.#parts;
    const made = this.#order();
    this.#name(made);
    made.order.sole = false;
    for (const client of [world.random.pick(this.#clients), world.random.pick(this.#clients)]) {
      world.schedule(world.random.between(0, RACE_MILLISECONDS), client.process, () => this.#send(client, [made], 0));
    }
  }

  /** Plans as many submits as give so many tasks, and reads beside them, in the next `span` milliseconds. */
  plan(tasks: number, span: number): void {
    const { world } = this.#parts;
    const { random } = world;
    for (let planned = 0; planned < tasks; ) {
      const client = random.pick(this.#clients);
      const size = random.chance(0.25) ? random.between(2, 8) : 1;
      planned += size;
      world.schedule(random.between(0, span), client.process, () => {
        if (this.#named.length > 0 && random.chance(0.2)) this.#again(client, size);
        else this.#submit(client, size);
      });
      for (let reads = random.between(0, 2); reads > 0; reads--) {
        world.schedule(random.between(0, span + 30_000), client.process, () => this.#read(client));
      }
    }
  }

  #submit(client: Client, size: number): void {
    const { random } = this.#parts.world;
    const made = Array.from({ length: size }, () => this.#order());
    // A bulk is refused whole, so few of them carry names; those that do carry some.
    const named = size === 1 ? 0.4 : random.chance(0.2) ? 0.6 : 0;
    for (const each of made) if (random.chance(named)) this.#name(each);
    this.#send(client, made, size === 1 && random.chance(0.2) ? random.between(1, 20) : 0);
  }

  /** Makes a call under a name that was used before, alone or among new ones and others of its kind. */
  #again(client: Client, size: number): void {
    const { random } = this.#parts.world;
    const made = Array.from({ length: size }, (_, index) => (index === 0 || random.chance(0.4) ? this.#reuse() : this.#order()));
    const orders = new Set(made.map((each) => each?.order));
    const all = made.filter((each) => each !== undefined);
    // One call is not made twice in one submit: which of them is refused would be open.
    if (orders.size === all.length && all.length > 0) this.#send(client, all, size === 1 && random.chance(0.2) ? random.between(1, 20) : 0);
  }

  /** A call that was made before, or another under its names. */
  #reuse(): Named | undefined {
    const { random, now } = this.#parts.world;
    const kept = this.#named.filter(({ options, at }) => options.taskId === undefined || now - at < LEAST_KEPT_MILLISECONDS);
    // What was made just now may be under way.
    const before = kept.length === 0 || random.chance(0.5) ? kept[kept.length - 1] : random.pick(kept);
    if (before === undefined) return undefined;
    const { taskId, idempotencyKey } = before.options;
    // An id that is derived from its call is nobody else's.
    if (before.onceOnly || (random.chance(0.7) && idempotencyKey !== undefined)) {
      before.order.sole = false;
      return before;
    }
    const other = this.#order();
    return { ...other, options: { ...other.options, taskId, idempotencyKey }, onceOnly: false };
  }

  #order(): Named {
    const { random } = this.#parts.world;
    this.calls += 1;
    const kind = random.chance(0.1) ? "fails" : this.#parts.poison && random.chance(0.02) && this.poison < MOST_POISON ? "poison" : "ends";
    if (kind === "poison") this.poison += 1;
    const milliseconds = this.#duration();
    const rerun = this.#rerun(kind);
    const { retries, delay } = rerun;
    this.work += milliseconds * (1 + retries) + delay * retries;
    const options: CallOptions = {};
    if (random.chance(0.2)) options.countdown = random.chance(0.7) ? random.between(1, 20) : this.#longCountdown();
    if (random.chance(0.12)) options.expires = (options.countdown ?? 0) + random.between(1, 40);
    if (random.chance(0.15)) options.priority = random.between(1, 9);
    if (random.chance(0.25)) options.queue = "other";
    return {
      order: { token: `t${this.calls}`, kind, milliseconds, ...rerun, round: 0, sole: true, limits: this.#parts.limits.next() },
      options,
      onceOnly: false,
      at: this.#parts.world.now,
    };
  }

  /** How often, and after how long, a task asks to be run again. */
  #rerun(kind: Order["kind"]): Pick<Order, "retries" | "delay" | "rejects"> {
    const { random } = this.#parts.world;
    const retries = kind === "ends" && random.chance(0.2) ? random.between(1, 3) : 0;
    const seconds = retries === 0 || random.chance(0.4) ? 0 : random.chance(0.6) ? random.between(1, 20) : random.between(61, 200);
    return { retries, delay: seconds * 1_000, rejects: kind === "ends" && random.chance(0.1) };
  }

  #longCountdown(): number {
    const { random } = this.#parts.world;
    return random.chance(0.9) ? random.between(20, 300) : random.between(300, LONGEST_COUNTDOWN_SECONDS);
  }

  #duration(): number {
    const { random } = this.#parts.world;
    if (random.chance(0.6)) return 0;
    if (random.chance(0.7)) return random.between(1, 300);
    return random.chance(0.7) ? random.between(300, 4_000) : random.between(4_000, 25_000);
  }

  #name(named: Named): void {
    const { random } = this.#parts.world;
    const kind = random.between(1, 5);
    if (kind <= 3) {
      named.options.idempotencyKey = `key-${random.between(1, 1_000_000)}`;
    }
    if (kind >= 3) {
      named.options.taskId = random.uuid();
      named.onceOnly = random.chance(0.5);
    }
    this.#named.push(named);
  }

  #send(client: Client, made: readonly Named[], waitSeconds: number): void {
    const { world, config } = this.#parts;
    const calls = made.map(({ order, options, onceOnly }) => this.#compose(order, options, onceOnly, config));
    const tokens = made.map(({ order }) => order.token);
    world.trace.note(() => `${client.process.name} submits ${tokens.join(" ")} ${JSON.stringify(made[0]?.options)}`);
    this.#submitCalls(client, { made, calls, tokens, waitSeconds, until: world.now + LONGEST_TRYING_MILLISECONDS });
  }

  /** Sends calls; when there is no room for them, again after as long as the broker says. */
  #submitCalls(client: Client, sending: Sending): void {
    const { world, ledger } = this.#parts;
    const { made, calls, tokens, waitSeconds, until } = sending;
    const over = this.#try(client);
    client.broker.submit(calls, waitSeconds > 0 ? { waitSeconds } : {}).then(
      (answer) => {
        world.trace.note(() => `${client.process.name} is answered ${answer.ok ? "ids" : answer.code} for ${tokens.join(" ")}`);
        over();
        if (answer.ok) {
          ledger.answered(tokens, answer.ids);
        } else if (answer.code !== "backlog_full") {
          this.#refused(made);
        } else {
          ledger.postponed(tokens);
          const pause = (answer.retryAfterSeconds ?? 0) * 1_000;
          if (world.now + pause < until) this.#submitLater(client, sending, pause);
          else this.#refused(made);
        }
      },
      // Whether it was accepted is open.
      (error: Error) => {
        over();
        world.trace.note(() => `${client.process.name} gives up ${tokens.join(" ")}: ${error.message}`);
      },
    );
  }

  /** Counts a submit as unanswered until the function that it answers is called, or the client gives it up. */
  #try(client: Client): () => void {
    let open = true;
    const over = () => {
      if (open) this.trying -= 1;
      open = false;
    };
    this.trying += 1;
    this.#parts.world.schedule(LONGEST_ANSWER_MILLISECONDS, client.process, over);
    return over;
  }

  #submitLater(client: Client, sending: Sending, pause: number): void {
    this.trying += 1;
    this.#parts.world.schedule(pause, client.process, () => {
      this.trying -= 1;
      this.#submitCalls(client, sending);
    });
  }

  /** A call that was refused is not made again. */
  #refused(made: readonly Named[]): void {
    this.#named = this.#named.filter((named) => !made.includes(named));
    this.#parts.ledger.refused(made.map(({ order }) => order.token));
  }

  #compose(order: Order, options: CallOptions, onceOnly: boolean, config: Config): Call {
    const call = composeCall(WORK_DEFINITION, { args: writeWork(order), options }, { config, now: this.#parts.world.now });
    if (onceOnly) call.onceOnly = true;
    order.queue = call.queue;
    if (order.limits !== undefined) call.limits = order.limits;
    // Of a call that is made again the first one counts, if it was accepted.
    if (order.due === undefined || (call.due ?? 0) < order.due) order.due = call.due;
    order.lastDue = Math.max(order.lastDue ?? 0, call.due ?? 0);
    if (order.expires === undefined || (call.expires ?? 0) < order.expires) order.expires = call.expires;
    this.lastDue = Math.max(this.lastDue, call.due ?? 0);
    this.#parts.ledger.ordered(order);
    return call;
  }

  #read(client: Client): void {
    const { world, ledger } = this.#parts;
    const { random } = world;
    const tasks = ledger.accepted();
    if (tasks.length === 0) return;
    const { id } = random.pick(tasks);
    client.broker.result(id, random.chance(0.3) ? random.between(1, 30) : 0).then(
      (lookup) => {
        if (!lookup.found) ledger.read(id, lookup);
      },
      () => {},
    );
    this.#forge(client, id);
  }

  /** An id that was never given is not known. */
  #forge(client: Client, id: string): void {
    const { world, ledger, network, config } = this.#parts;
    if (!world.random.chance(0.2)) return;
    const forged = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
    const unwatched = newClient({ world, network, process: client.process, shards: config.brokerShards, watched: false });
    unwatched.result(forged, 0).then(
      (lookup) => {
        if (lookup.found || lookup.why !== "unknown")
          ledger.break("known", `${forged} was never given, and is ${lookup.found ? "found" : lookup.why}`);
      },
      () => {},
    );
  }

  #connect(process: Process, clock: Clock): BrokerClient {
    const { world, network, config } = this.#parts;
    return newClient({ world, network, process, clock, shards: config.brokerShards });
  }
}
