/** How the dashboard bears a stream of events: `node scripts/dashboard/load.ts [--rate 2000] [--seconds 30]`. Needs Chromium. */
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startEventMill } from "./event-mill.ts";
import { watchFrames } from "./frames.ts";

const { values } = parseArgs({ options: { rate: { type: "string", default: "2000" }, seconds: { type: "string", default: "30" } } });
const mill = await startEventMill(Number(values.rate));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  for (const hash of ["", "#/tasks"]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${mill.url}/dashboard/${hash}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(2_000);
    const sent = mill.sent();
    const { frames, longestTask, busy, heap } = await watchFrames(page, Number(values.seconds));
    const rate = Math.round((mill.sent() - sent) / Number(values.seconds));
    console.log(
      `${hash === "" ? "overview" : "tasks"}: ${rate} events/s for ${values.seconds} s; frames: ${frames.count}, median ${frames.median} ms, 99 % under ${frames.p99} ms, longest ${frames.longest} ms; longest task ${longestTask} ms; thread busy ${Math.round(busy * 100)} %; heap ${heap.before} MB to ${heap.after} MB`,
    );
    await page.close();
  }
} finally {
  await browser.close();
  mill.close();
}
