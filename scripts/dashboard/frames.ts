import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";

const IN_PAGE = readFileSync(join(import.meta.dirname, "frames-in-page.js"), "utf8");

/** How a page fared for some seconds. */
export interface Fared {
  /** Milliseconds between two frames: half of them were faster, all but one of a hundred, the slowest. */
  frames: { count: number; median: number; p99: number; longest: number };
  /** The longest that the page's own work held it up, in milliseconds; 0: never more than 50. */
  longestTask: number;
  /** Which share of the time the page's thread computed, by its own clock. */
  busy: number;
  /** What was in use after a collection at the beginning and at the end, in megabytes. */
  heap: { before: number; after: number };
}

/** Watches a page's frames, long tasks and memory. */
export async function watchFrames(page: Page, seconds: number): Promise<Fared> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await heapOf(session);
  const workBefore = await workOf(session);
  const seen = (await page.evaluate(`(${IN_PAGE.replace(/;\s*$/, "")})(${seconds * 1000})`)) as { frames: number[]; longestTask: number };
  const busy = Math.round(((await workOf(session)) - workBefore) * 1000) / seconds / 1000;
  const after = await heapOf(session);
  const sorted = seen.frames.toSorted((one, other) => one - other);
  const place = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
  return {
    frames: { count: sorted.length, median: place(0.5), p99: place(0.99), longest: place(1) },
    longestTask: Math.round(seen.longestTask),
    busy: Math.round(busy * 1000) / 1000,
    heap: { before, after },
  };
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return Math.round(usedSize / 104_857.6) / 10;
}

/** Seconds that the page's tasks took. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}
