import { Celeriac } from "../../src/app/celeriac.ts";
import type { TaskContext } from "../../src/app/context.ts";

/** A user's tasks, as `src/tasks.ts` would have them. */
export const app = new Celeriac("shop");

export const sendMail = app.task("mail.send", (to: string, about: string) => `${about} to ${to}`, { parameters: ["to", "about"] });

export const signUp = app.task("users.sign_up", async (address: string) => {
  await sendMail.delay(address, "welcome");
  await sendMail.applyAsync({ args: [address, "how is it?"], countdown: 86_400 });
  return { address, since: new Date("2026-01-01T00:00:00Z") };
});

/** What the shop's supplier answers: a test sets it. */
export const supplier = { failures: 0 };

export class OutOfStock extends Error {}

export const order = app.task(
  "orders.place",
  ({ request, retry }: TaskContext, count: number) => {
    if (supplier.failures-- <= 0) return { count, retries: request.retries };
    return retry({ countdown: 900 });
  },
  { bind: true },
);

export const sell = app.task("orders.sell", (count: number): number => {
  throw new OutOfStock(`${count} are too many`);
});

export const total = app.task("orders.total", async (counts: number[]) => {
  const sums = await Promise.all(counts.map((count) => sendMail.delay("stock@example.com", String(count))));
  return (await Promise.all(sums.map((sum) => sum.get()))).length;
});
