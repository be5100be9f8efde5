import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EventMill, startEventMill } from "../../scripts/dashboard/event-mill.ts";
import { watchFrames } from "../../scripts/dashboard/frames.ts";
import { openBrowser, visit } from "./dashboard/stage.ts";

let browser: Browser;
let mill: EventMill;

beforeAll(async () => {
  [browser, mill] = await Promise.all([openBrowser(), startEventMill(2_000)]);
});

afterAll(async () => {
  mill?.close();
  await browser?.close();
});

// The whole of it is `node scripts/dashboard/load.ts`: 30 seconds.
it.each([
  ["the overview", "", /Finished\s*6\d\d(\.\d)?\/s/],
  ["the list of tasks", "#/tasks", /[\d,]{3,} new/],
])("%s draws on under 2,000 events a second, and takes them all in", async (_, hash, shows) => {
  const { page, faults, close } = await visit(browser, mill.url, { hash });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("button", { name: "Events: Live. Pause" }).waitFor();
  const { frames, busy, heap } = await watchFrames(page, 3);
  // In the median and by the thread's own time: what else the machine does meanwhile is not the page's.
  expect(frames.median).toBeLessThan(50);
  expect(busy).toBeLessThan(0.5);
  expect(heap.after - heap.before).toBeLessThan(5);
  await expect.poll(() => page.locator("main").textContent(), { timeout: 10_000 }).toMatch(shows);
  expect(faults).toEqual([]);
  await close();
});
