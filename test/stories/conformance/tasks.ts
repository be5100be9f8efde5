/** The helper tasks of Celery's integration suites (t/integration/tasks.py), in TypeScript. */
import { Celeriac } from "../../../src/celeriac.ts";

export const app = new Celeriac("conformance");

/** The error of tasks that are meant to fail. */
class ExpectedError extends Error {}

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
