/** The demo's tasks: a shop. What chance decides is the work that they pretend to do. */
import { Celeriac, chord, group } from "../../src/app/door.ts";

export const app = new Celeriac("demo");

const between = (least: number, most: number): number => least + Math.random() * (most - least);
const work = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));
const chance = (of: number): boolean => Math.random() < of;

/** A shop that is out of reach for the moment. */
class GatewayTimeout extends Error {
  override name = "GatewayTimeout";
}

export const charge = app.task(
  "payments.charge",
  async (order: number, amount: number) => {
    await work(between(0.05, 0.4));
    if (chance(0.12)) throw new GatewayTimeout("the bank did not answer within 400 ms");
    if (chance(0.04)) throw new RangeError(`the card for order ${order} was refused`);
    return { order, amount, receipt: `R-${order}` };
  },
  { parameters: ["order", "amount"], autoretryFor: [GatewayTimeout], retryBackoff: 2, maxRetries: 4 },
);

export const resize = app.task(
  "images.resize",
  async (picture: string, width: number) => {
    await work(between(0.3, 2));
    if (chance(0.03)) throw new TypeError(`${picture} is no picture`);
    return `${picture}@${width}`;
  },
  { parameters: ["picture", "width"] },
);

export const publish = app.task("images.publish", (pictures: string[]) => `${pictures.length} pictures published`, {
  parameters: ["pictures"],
});

export const send = app.task(
  "mail.send",
  async (to: string, subject: string) => {
    await work(between(0.02, 0.2));
    return `sent to ${to}: ${subject}`;
  },
  { parameters: ["to", "subject"], rateLimit: "20/s" },
);

export const totals = app.task(
  "reports.totals",
  async (of: string) => {
    await work(between(3, 12));
    return { of, orders: Math.round(between(100, 900)) };
  },
  { parameters: ["of"] },
);

/** Customers come: orders are paid and confirmed, some ask for a report, and some mail is for later. */
export const customers = app.task("shop.customers", async () => {
  const orders = Array.from({ length: Math.round(between(2, 9)) }, () => Math.round(between(10_000, 99_999)));
  for (const order of orders) {
    await charge.delay(order, Math.round(between(5, 200)));
    await send.delay(`customer-${order % 97}@example.com`, `Your order ${order}`);
  }
  if (chance(0.3)) await send.applyAsync({ args: ["a customer", "How was it?"], countdown: between(30, 300) });
  if (chance(0.15)) await totals.delay("this hour");
  return orders.length;
});

/** A gallery: each picture in three widths, published when all are there. */
export const gallery = app.task("images.gallery", async () => {
  const pictures = Array.from({ length: Math.round(between(3, 8)) }, (_, index) => `picture-${index + 1}`);
  const widths = pictures.flatMap((picture) => [320, 640, 1280].map((width) => resize.s(picture, width)));
  await chord(group(widths), publish.s()).delay();
  return pictures.length;
});
