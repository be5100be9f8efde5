import type { Units } from "./units.ts";

/**
 * Cloudflare's list prices (Workers Paid, beyond what the plan includes) in dollars, as published on the date given.
 * Sources: the pricing pages of Workers, Durable Objects and Queues.
 */
export const PRICES = {
  date: "2026-11-22",
  perMillion: {
    workerRequests: 0.3,
    objectRequests: 0.15,
    rowsWritten: 1,
    rowsRead: 0.001,
    queueOperations: 0.4,
    /** GB-seconds of an object that is awake; an object counts as 128 MB. */
    objectGigabyteSeconds: 12.5,
  },
  /** Operations for a message of up to 64 KB: written, read, deleted. */
  operationsPerMessage: 3,
  objectGigabytes: 0.128,
};

/** What units cost, in dollars, by what is billed. */
export interface Bill {
  workerRequests: number;
  objectRequests: number;
  rowsWritten: number;
  rowsRead: number;
  queueOperations: number;
  /** Billed while the object is awake; apart from the rest, since it hangs on how tasks come, not on how many. */
  duration: number;
  /** All but duration. */
  total: number;
}

/** Prices units. A message counts as sent or received, whichever is more: it is written once and read at least once. */
export function bill(units: Units): Bill {
  const { perMillion, operationsPerMessage, objectGigabytes } = PRICES;
  const dollars = (amount: number, price: number) => (amount * price) / 1_000_000;
  const messages = Math.max(units.messagesSent, units.messagesReceived);
  const parts = {
    workerRequests: dollars(units.workerRequests, perMillion.workerRequests),
    objectRequests: dollars(units.objectRequests, perMillion.objectRequests),
    rowsWritten: dollars(units.rowsWritten + units.alarmsSet, perMillion.rowsWritten),
    rowsRead: dollars(units.rowsRead, perMillion.rowsRead),
    queueOperations: dollars(messages * operationsPerMessage, perMillion.queueOperations),
  };
  const duration = dollars((units.awakeMilliseconds / 1000) * objectGigabytes, perMillion.objectGigabyteSeconds);
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { ...parts, duration, total };
}
