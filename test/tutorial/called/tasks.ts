import { Celeriac } from "../../../src/celeriac.ts";

export const app = new Celeriac("tasks");

export const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });

export const printTask = app.task("tasks.print_task", () => {
  console.log("this is a test case.");
  return "this is a test case.";
});

/** The user's own error. */
export class OutOfStock extends Error {
  override name = "OutOfStock";
}

export const buy = app.task("tasks.buy", async (what: string) => {
  await scheduler.wait(10);
  if (what === "celery") throw new OutOfStock("no celery left");
  throw new RangeError(`${what} is not sold here`);
});

export const sleep = app.task("tasks.sleep", async (seconds: number) => {
  await scheduler.wait(seconds * 1000);
  return "slept well";
});
