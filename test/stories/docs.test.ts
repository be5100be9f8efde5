import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, visit } from "./dashboard/stage.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

let runner: Runner;
let browser: Browser;

beforeAll(async () => {
  [runner, browser] = await Promise.all([startRunner({ args: ["--ticks-per-minute", "0", "--loglevel", "warning"] }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  endRunners();
});

/** What `/openapi.json` has of paths and methods. */
interface Document {
  paths: Record<string, Record<string, { summary?: string }>>;
}

describe("/docs in Chromium", () => {
  it("shows every operation of the document, and asks nothing but its own origin", async () => {
    const document = (await (await fetch(`${runner.url}/openapi.json`)).json()) as Document;
    const operations = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).filter((each) => each.summary !== undefined),
    );
    const { page, look, close } = await visit(browser, runner.url, { path: "/docs" });
    await expect
      .poll(() =>
        page
          .locator("details > summary")
          .filter({ has: page.locator("b") })
          .count(),
      )
      .toBe(operations.length);
    for (const { summary = "" } of operations) expect(await page.getByText(summary, { exact: false }).count(), summary).toBeGreaterThan(0);
    await look("docs");
    await close();
  });

  it("tries an operation, and shows its answer", async () => {
    const { page, look, close } = await visit(browser, runner.url, { path: "/docs" });
    await page.locator("summary", { hasText: /^GET\s*\/v1\/tasks / }).click();
    const open = page.locator("details[open]").first();
    await open.getByRole("button").first().click();
    await expect.poll(() => open.textContent()).toContain("200 OK");
    await look("docs-tried");
    await close();
  });
});
