/** The helper tasks of Celery's integration suites (t/integration/tasks.py), in TypeScript. */
import { Celeriac } from "../../../src/celeriac.ts";

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

/** Tells nothing of what it was given. */
export const hush = app.task("rows.hush", (_secret: string, fails: boolean) => {
  if (fails) throw new ExpectedError("hushed");
});
