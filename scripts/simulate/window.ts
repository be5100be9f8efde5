import type { Band } from "../../src/broker/band.ts";
import { Lane } from "../../src/broker/lane.ts";
import { Recount } from "../../src/broker/recount.ts";

let readySlots = Number.POSITIVE_INFINITY;
let crowded = false;
let recountPages = 1;

/**
 * Thousands of tasks fit in memory, and thousands of pages are counted anew at once: histories of some tens would never see the
 * disk. This makes the memory of a queue, and the slices of a recount, smaller.
 */
export function narrowWindow(window: { readySlots: number; crowded: boolean; recountPages: number }): void {
  ({ readySlots, crowded, recountPages } = window);
}

const { slice } = Recount.prototype;
Recount.prototype.slice = function (this: Recount): boolean {
  return slice.call(this, recountPages);
};

const { prototype } = Lane;
const { few, keeps, wanted } = prototype;
prototype.wanted = function (this: Lane, band: Band): number {
  return Math.max(0, Math.min(readySlots - this.readyFrom(band.priority), wanted.call(this, band)));
};
prototype.few = function (this: Lane, pages: number): boolean {
  return pages < readySlots && few.call(this, pages);
};
prototype.keeps = function (this: Lane, band: Band, due: number, now: number): boolean {
  const room = due <= now ? this.ready < readySlots : !crowded;
  return room && keeps.call(this, band, due, now);
};
