import type { Band } from "../../src/broker/band.ts";
import { Lane } from "../../src/broker/lane.ts";

let readySlots = Number.POSITIVE_INFINITY;
let crowded = false;

/** Thousands of tasks fit in memory: histories of some tens would never see the disk. This makes the memory of a queue smaller. */
export function narrowWindow(window: { readySlots: number; crowded: boolean }): void {
  ({ readySlots, crowded } = window);
}

const { prototype } = Lane;
const { few, keeps, wants } = prototype;
prototype.wants = function (this: Lane, band: Band): boolean {
  return this.readyFrom(band.priority) < readySlots && wants.call(this, band);
};
prototype.few = function (this: Lane, pages: number): boolean {
  return pages < readySlots && few.call(this, pages);
};
prototype.keeps = function (this: Lane, band: Band, due: number, now: number): boolean {
  const room = due <= now ? this.ready < readySlots : !crowded;
  return room && keeps.call(this, band, due, now);
};
