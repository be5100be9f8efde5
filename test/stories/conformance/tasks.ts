/** The helper tasks of Celery's integration suites (t/integration/tasks.py), in TypeScript. */
import { z } from "zod";
import { Celeriac, Ignore, Reject, type Task } from "../../../src/celeriac.ts";

export const app = new Celeriac("conformance");

/** The error of tasks that are meant to fail. */
class ExpectedError extends Error {
  override name = "ExpectedError";
}

export const add = app.task("rows.add", (x: number, y: number, z: number = 0) => x + y + z, { parameters: ["x", "y", "z"] });

export const identity = app.task("rows.identity", (value: unknown) => value, { parameters: ["value"] });

/** Prints what it is given, and returns it. */
export const printUnicode = app.task("rows.print_unicode", (text: string) => {
  console.log(text);
  return text;
});

/** Fails, and says with what. */
export const fail = app.task("rows.fail", (...more: unknown[]) => {
  throw new ExpectedError(["Task expected to fail", ...more].join(", "));
});

/** Takes so many seconds, and returns them. */
export const sleeping = app.task("rows.sleeping", async (seconds: number) => {
  await scheduler.wait(seconds * 1000);
  return seconds;
});

/** Returns what it is told of its own call. */
export const returnRequest = app.task(
  "rows.return_request",
  ({ request }) => {
    const { id, task, args, retries, deliveries, queue, headers } = request;
    return { id, task, args, retries, deliveries, queue, headers };
  },
  { bind: true },
);

export const timeLimits = app.task("rows.return_time_limits", ({ request }) => request.timelimit, { bind: true });
export const timeLimitsDeclared = app.task("rows.return_time_limits_declared", ({ request }) => request.timelimit, {
  bind: true,
  timeLimit: 60,
  softTimeLimit: 45,
});

export const timeLimitsSteered = app.task("rows.return_time_limits_steered", ({ request }) => request.timelimit, {
  bind: true,
  timeLimit: 60,
  softTimeLimit: 45,
});

/** Its arguments are not checked at the call. */
export const untyped = app.task("rows.untyped", (x: number, y: number) => x + y, { parameters: ["x", "y"], typing: false });

/** Runs alone. */
export const alone = app.task(
  "rows.alone",
  async (seconds: number) => {
    await scheduler.wait(seconds * 1000);
    return seconds;
  },
  { concurrency: 1 },
);

/** What was aborted, by id, and why. */
export const aborted = new Map<string, string>();

/** Waits until its signal aborts, and throws what it was aborted for. */
export const untilAborted = app.task(
  "rows.until_aborted",
  ({ signal, request }) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        aborted.set(request.id, `${signal.reason.name}: ${signal.reason.message}`);
        reject(signal.reason);
      });
    }),
  { bind: true, trackStarted: true },
);

/** Cleans up when its signal aborts. */
export const tidy = app.task(
  "rows.tidy",
  ({ signal }) =>
    new Promise<string>((resolve) => {
      signal.addEventListener("abort", () => resolve(`cleaned up after ${signal.reason.name}`));
    }),
  { bind: true },
);

/** How many of each key ran at once at most, and of all. */
export const mostAtOnce = new Map<string, number>();
const atOnce = new Map<string, number>();

export const crowd = app.task(
  "rows.crowd",
  async (key: string) => {
    for (const each of [key, "all"]) {
      atOnce.set(each, (atOnce.get(each) ?? 0) + 1);
      mostAtOnce.set(each, Math.max(mostAtOnce.get(each) ?? 0, atOnce.get(each) ?? 0));
    }
    await scheduler.wait(200);
    for (const each of [key, "all"]) atOnce.set(each, (atOnce.get(each) ?? 0) - 1);
  },
  { concurrency: 1 },
);

export const unique = app.task("rows.unique", (number: number, _options: object) => number, { uniqueFor: 60 });

/** What `retryUnserialisable` and its like throw: JSON holds neither of its properties, and its cause is itself. */
class UnserialisableError extends Error {
  override name = "UnserialisableError";
  readonly socket = () => {};
  readonly big = 10n;

  constructor(...args: string[]) {
    super(args.join(", "));
    this.cause = this;
  }
}

/** Is retried each second: three times, and then returns the value; without one it fails. */
export const retry = app.task(
  "rows.retry",
  (context, value: string | null = null) => {
    if (value !== null && context.request.retries >= 3) return value;
    return context.retry({ exc: new ExpectedError("no luck"), countdown: 1 });
  },
  { bind: true, parameters: ["value"] },
);

export const retryUnserialisable = app.task(
  "rows.retry_unserialisable",
  (context, foo: string, bar: string) => context.retry({ exc: new UnserialisableError(foo, bar), countdown: 60 }),
  { bind: true },
);

export const failUnserialisable = app.task("rows.fail_unserialisable", (foo: string, bar: string) => {
  throw new UnserialisableError(foo, bar);
});

/** Is retried once, at once, and returns what it is told of its own call. */
export const retryOnce = app.task(
  "rows.retry_once",
  (context) => {
    const { retries, deliveryInfo, headers, expires, stamps, deliveries } = context.request;
    if (retries === 0) return context.retry({ countdown: 0.1, exc: new ExpectedError("once") });
    return { retries, priority: deliveryInfo.priority, headers, expires: expires !== null, stamps, deliveries };
  },
  { bind: true },
);

export const autoretry = app.task(
  "rows.autoretry",
  (context) => {
    if (context.request.retries > 0) return context.request.retries;
    throw new RangeError("deliberate error");
  },
  { bind: true, autoretryFor: [RangeError], retryBackoff: true, retryJitter: false, maxRetries: 1 },
);

export const reject = app.task("rows.reject", () => {
  throw new Reject("not mine");
});

export const rejectOnce = app.task(
  "rows.reject_once",
  ({ request }) => {
    if (request.deliveries > 1) return "second-pass";
    throw new Reject("not yet", true);
  },
  { bind: true },
);

export const validated = app.task("rows.validated", (input) => ({ result: input.x + input.y }), {
  schema: z.tuple([z.object({ x: z.number(), y: z.number() })]),
});
/** As Celery's string annotations: the schema parses what came as text. */
export const coerced = app.task("rows.coerced", (input) => ({ result: input.x + input.y }), {
  schema: z.tuple([z.object({ x: z.coerce.number(), y: z.coerce.number() })]),
});

/** Starts three in ten seconds. */
export const limited = app.task("rows.limited", () => null, { rateLimit: "18/m" });

/** As `sleeping`, and shows that it has started. */
export const napping = app.task(
  "rows.napping",
  async (seconds: number) => {
    await scheduler.wait(seconds * 1000);
    return seconds;
  },
  { trackStarted: true },
);

/** In what order these were started. */
export const order: number[] = [];

export const noteOrder = app.task("rows.note_order", (number: number) => {
  order.push(number);
});

/** Which of the tasks below may go on, by id: from STARTED with 1, from PROGRESS with 2. */
export const steps = new Map<string, number>();

export const stepwise = app.task(
  "rows.stepwise",
  async (context) => {
    const step = async (number: number) => {
      while ((steps.get(context.request.id) ?? 0) < number) await scheduler.wait(20);
    };
    await step(1);
    await context.updateState({ state: "PROGRESS", meta: { done: 1, of: 2 } });
    await step(2);
    return "done";
  },
  { bind: true, trackStarted: true },
);

/** Writes a state by hand, if it is given one, and leaves it at that. */
export const ignoring = app.task(
  "rows.ignoring",
  async (context, state: string | null) => {
    const error = { exc_type: "ValueError", exc_message: ["by hand"], exc_module: "" };
    if (state !== null) await context.updateState({ state, meta: state === "FAILURE" ? error : { done: 1 } });
    throw new Ignore();
  },
  { bind: true },
);

/** Is retried four times, though its task allows one: each decision says so. */
export const retryAtMost = app.task(
  "rows.retry_at_most",
  (context) => {
    const { retries } = context.request;
    return retries === 4 ? { retries } : context.retry({ countdown: 0, maxRetries: 4 });
  },
  { bind: true, maxRetries: 1 },
);

/** Tells nothing of what it was given. */
export const hush = app.task("rows.hush", (_secret: string, fails: boolean) => {
  if (fails) throw new ExpectedError("hushed");
});

/** Returns what JSON cannot hold. */
export const returnCycle = app.task("rows.return_cycle", () => {
  const cycle: { itself?: object } = {};
  cycle.itself = cycle;
  return cycle;
});

/** By the express lane, and two a second. */
export const expressLimited = app.task("rows.express_limited", () => Date.now(), { express: true, rateLimit: "2/s" });

/** Runs alone, and at first only until it is retried, or ended by its time limit, or for ever. */
export const stubborn = app.task(
  "rows.stubborn",
  async (context, way: "retry" | "wait") => {
    if (way === "retry" && context.request.retries === 0) context.retry({ countdown: 60 });
    await scheduler.wait(20_000);
  },
  { bind: true, concurrency: 1, trackStarted: true },
);

/** Is retried at once, in another queue. */
export const retryElsewhere = app.task("rows.retry_elsewhere", (context, queue: string) => context.retry({ countdown: 0, queue }), {
  bind: true,
});

/** What a task of the family below was told: its own id, and those of its ancestors. */
interface Kin {
  id: string;
  rootId: string;
  parentId: string | null;
  /** The one that it called. */
  child: string | null;
}

/** Calls itself so many times deep. */
export const family: Task<[depth: number], Kin> = app.task(
  "rows.family",
  async ({ request }, depth: number): Promise<Kin> => {
    const { id, rootId, parentId } = request;
    return { id, rootId, parentId, child: depth > 0 ? (await family.delay(depth - 1)).id : null };
  },
  { bind: true },
);

/** The same, without a broker: each runs inside the one that called it. */
export const eagerFamily: Task<[depth: number], Kin[]> = app.task(
  "rows.eager_family",
  async ({ request }, depth: number): Promise<Kin[]> => {
    const { id, rootId, parentId } = request;
    const below = depth > 0 ? await (await eagerFamily.apply({ args: [depth - 1] })).get() : [];
    return [{ id, rootId, parentId, child: below[0]?.id ?? null }, ...below];
  },
  { bind: true },
);
