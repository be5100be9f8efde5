import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import type { TaskView } from "../../src/client/task-view.ts";
import { reshard } from "../reshard.ts";
import { openBrowser, type Visit, visit } from "./dashboard/stage.ts";
import { endRunners, newFolder, type Runner, startRunner } from "./runner.ts";

const root = join(import.meta.dirname, "../..");
/** A form asks what a schedule means while it is written, and is told what it lacks. */
const REFUSED = /^422 /;
const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let runner: Runner;
let open: string;
let browser: Browser;
let client: Client;

beforeAll(async () => {
  [runner, browser] = await Promise.all([startRunner({ config: aConfig(), args: ["--loglevel", "warning"] }), openBrowser()]);
  open = `http://localhost:${runner.port}`;
  client = new Client({ url: open });
});

afterAll(async () => {
  await browser?.close();
  endRunners();
});

/** The demo's configuration, with a script before its tasks, and a key that may only read. */
function aConfig(): string {
  const path = reshard(join(root, "scripts/demo/wrangler.toml"), 1, newFolder());
  const main = `main = ${JSON.stringify(join(import.meta.dirname, "dashboard/forms-worker.ts"))}`;
  writeFileSync(path, `${readFileSync(path, "utf8").replace(/^main = .*$/m, main)}\n[vars]\nCELERIAC_KEYS = "read-key:read"\n`);
  return path;
}

async function at(hash: string, test: (visit: Visit) => Promise<void>, options: Parameters<typeof visit>[2] = {}): Promise<void> {
  const opened = await visit(browser, open, { hash, allowed: REFUSED, ...options });
  try {
    await test(opened);
  } finally {
    await opened.close();
  }
}

async function newest(filter: { name: string; queue?: string }): Promise<TaskView | undefined> {
  for await (const task of client.results({ ...filter, limit: 1 })) return task;
  return undefined;
}

async function fitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}

describe("the dashboard's page Beat in Chromium", () => {
  it("lists the entries with their next and last runs, runs, disables and enables them", async () => {
    await client.schedules.put("weekly", { task: "reports.totals", schedule: { days: 7 }, args: ["this week"] });
    await at("#/beat", async ({ page, look }) => {
      const weekly = page.getByRole("row", { name: /^weekly/ });
      await weekly.getByText("every 7 days").waitFor();
      await weekly.getByRole("button", { name: "Disable weekly" }).click();
      await weekly.getByText("disabled").waitFor();
      await look("beat");
      await weekly.getByRole("button", { name: "Enable weekly" }).click();
      await weekly.getByText("disabled").waitFor({ state: "detached" });
      const nightly = page.getByRole("row", { name: /^nightly-report/ });
      await nightly.getByText("30 2 * * mon-fri").waitFor();
      expect(await nightly.getByRole("button", { name: /able/ }).count()).toBe(0);
      await nightly.getByRole("button", { name: "Run now: nightly-report" }).click();
      await page.getByRole("link", { name: "Show it" }).click();
      await page.getByRole("heading", { name: "reports.totals" }).waitFor();
      await page.goBack();
      await page.getByRole("row", { name: /^customers/ }).waitFor();
      await fitsPhone(page);
      await look("phone-beat");
    });
    expect((await client.schedules.get("weekly")).enabled).toBe(true);
  });

  it("shows an entry of wrangler.toml with its runs on its own clock, and offers no change", async () => {
    await at("#/beat/newsletter", async ({ page, look }) => {
      await page.getByText("change it there and deploy").waitFor();
      const runs = page.getByRole("region", { name: "Next runs" }).getByRole("listitem");
      await runs
        .first()
        .getByText(/^Mon.* 09:00:00 GMT\+[01]$/)
        .waitFor();
      expect(await runs.count()).toBe(10);
      expect(await page.getByRole("link", { name: "Edit" }).count()).toBe(0);
      expect(await page.getByRole("button", { name: "Delete" }).count()).toBe(0);
      await look("beat-entry");
    });
  });

  it("adds an entry, tells faults at their fields, changes and deletes it", async () => {
    await at("#/beat", async ({ page, look }) => {
      await page.getByRole("link", { name: "New entry" }).click();
      await page.getByLabel("Name").fill(HOSTILE);
      await page.getByRole("button", { name: "Crontab" }).click();
      await page.getByLabel("Crontab", { exact: true }).fill("61 9 * * *");
      await page.getByText(/minute.*61/).waitFor();
      await page.getByLabel("Crontab", { exact: true }).fill("15 9 * * *");
      await page.getByLabel("Time zone").fill("Asia/Tokyo");
      await page
        .getByText(/09:15:00 GMT\+9$/)
        .first()
        .waitFor();
      await page.getByLabel("Task", { exact: true }).fill("mail.sent");
      await page.getByLabel(/^Arguments/).fill('["somebody", ');
      await page.getByRole("button", { name: "Add entry" }).click();
      await page.getByText("This is not JSON").waitFor();
      await page.getByLabel(/^Arguments/).fill('["somebody", "Hello"]');
      await page.getByRole("button", { name: "Add entry" }).click();
      await page.getByText(/did you mean.*mail\.send/i).waitFor();
      expect(await page.getByLabel("Task", { exact: true }).getAttribute("aria-invalid")).toBe("true");
      await look("beat-new");
      await page.getByLabel("Task", { exact: true }).fill("mail.send");
      await page.getByRole("button", { name: "Add entry" }).click();
      await page.getByRole("heading", { name: HOSTILE, level: 1 }).waitFor();
      expect(await page.title()).not.toBe("owned");
      await look("beat-hostile");
      await page.getByRole("link", { name: "Edit" }).click();
      await page.getByLabel("Crontab", { exact: true }).fill("30 9 * * *");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("30 9 * * *").waitFor();
      const saved = await client.schedules.get(HOSTILE);
      expect(saved).toMatchObject({ task: "mail.send", schedule: "30 9 * * *", timezone: "Asia/Tokyo", args: ["somebody", "Hello"] });
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("is deleted.").waitFor();
      await page.getByRole("row", { name: /^nightly-report/ }).waitFor();
    });
    expect((await client.schedules.list()).map(({ name }) => name)).not.toContain(HOSTILE);
  });
});

describe("the dashboard's page Submit in Chromium", () => {
  it("makes a form of a task's schema, tells faults at their fields, sends it and follows it to its end", async () => {
    await at("#/submit", async ({ page, look }) => {
      await page.getByLabel("Name").selectOption("shop.gift");
      await page.getByLabel(/^to/).fill(HOSTILE);
      await page.getByLabel(/^count /).fill("0");
      await page.getByLabel(/^wrap/).selectOption("box");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("It is needed.").waitFor();
      await page.getByLabel(/^note/).fill('["with love"]');
      await page.getByRole("button", { name: "Send" }).click();
      // What the form cannot know, the task's schema does.
      await expect.poll(() => page.getByLabel(/^count /).getAttribute("aria-invalid")).toBe("true");
      await look("submit-fault");
      await page.getByLabel(/^count /).fill("2");
      await page.getByRole("button", { name: "Send" }).click();
      const sent = page.getByRole("region", { name: "Sent from here" });
      await sent.getByText("SUCCESS").waitFor();
      await sent.getByText("with love").waitFor();
      expect(await page.title()).not.toBe("owned");
      await look("submit");
      await fitsPhone(page);
      await look("phone-submit");
    });
    const last = await newest({ name: "shop.gift" });
    expect(last?.result).toEqual({ to: HOSTILE, count: 2, wrap: "box", note: ["with love"] });
  });

  it("takes JSON, queue, countdown and priority", async () => {
    await at("#/submit?task=mail.send", async ({ page, look }) => {
      await page.getByLabel(/^to/).fill("007");
      await page.getByText("Sent as the text “007”").waitFor();
      await page.getByLabel(/^subject/).fill("12");
      await page.getByText("Sent as the number 12").waitFor();
      await page.getByRole("button", { name: "JSON" }).click();
      expect(await page.getByLabel(/^Arguments/).inputValue()).toBe('["007",12]');
      await page.getByLabel(/^Queue/).fill("nowhere");
      await page.getByLabel(/^Countdown/).fill("3600");
      await page.getByLabel(/^Priority/).selectOption("7");
      await page.getByRole("button", { name: "Send" }).click();
      await expect.poll(() => page.getByLabel(/^Queue/).getAttribute("aria-invalid")).toBe("true");
      await page.getByLabel(/^Queue/).fill("images");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText(/^In images, due in/).waitFor();
      await page.emulateMedia({ colorScheme: "dark" });
      await look("dark-submit-json");
    });
    const last = await newest({ name: "mail.send", queue: "images" });
    expect(last?.args).toEqual(["007", 12]);
  });

  it("offers a read-only key nothing, on neither page", async () => {
    const opened = await visit(browser, runner.url, { hash: "#/beat", allowed: /^401 GET \/v1\/session$/ });
    const { page, look } = opened;
    await page.getByLabel("Key").fill("read-key");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("row", { name: /^nightly-report/ }).waitFor();
    expect(await page.locator("main").getByRole("button").count()).toBe(0);
    expect(await page.getByRole("link", { name: "New entry" }).count()).toBe(0);
    await look("read-only-beat");
    for (const hash of ["#/beat/weekly?edit=1", "#/beat?new=1", "#/submit?task=mail.send"]) {
      await page.goto(`${runner.url}/dashboard/${hash}`);
      await page
        .getByText(/every 7 days|nightly-report|may not submit/)
        .first()
        .waitFor();
      expect(await page.locator("main form, main .actions button").count()).toBe(0);
    }
    await opened.close();
  });
});
