import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** Where Debian has it; another place is said by CHROMIUM. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const root = join(import.meta.dirname, "../../..");
const PICTURES = join(root, ".celeriac/screenshots");
const AXE = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

const PATIENCE = 10_000;

/** A page that notes all that must not be: what the Content-Security-Policy refused, errors, requests that leave the origin. */
export interface Visit {
  page: Page;
  /** What went wrong so far, one line each. */
  faults: string[];
  /** Asks axe, and takes a picture for who looks later. @throws when axe finds something, or anything went wrong before */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

/** A Chromium of Debian's. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) throw new Error(`no Chromium at ${EXECUTABLE}: apt-get install chromium, or name one with CHROMIUM`);
  return chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** Opens the dashboard at a place (`#/tasks`) of its own, or another page (`path`). `allowed`: answers that the test means to have, such as a 401. */
export async function visit(
  browser: Browser,
  url: string,
  {
    path = "/dashboard/",
    hash = "",
    allowed = /^$/,
    ...options
  }: BrowserContextOptions & { path?: string; hash?: string; allowed?: RegExp } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // What is not found or not allowed is noted as an answer below.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`)) faults.push(`left the origin: ${request.url()}`);
  });
  page.on("response", (answer) => {
    const line = `${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`;
    if (answer.status() >= 400 && !allowed.test(line)) faults.push(line);
  });
  await page.addInitScript(
    'document.addEventListener("securitypolicyviolation", (event) => console.error("CSP: " + event.violatedDirective + " " + event.blockedURI))',
  );
  await page.goto(`${url}${path}${hash}`);
  return {
    page,
    faults,
    async look(name) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
      expect(await violationsOf(page), name).toEqual([]);
      expect(faults, name).toEqual([]);
    },
    close: () => context.close(),
  };
}

/** What axe finds, in one line each. */
async function violationsOf(page: Page): Promise<string[]> {
  // Not as a script of the page, which its policy forbids.
  const found: unknown = await page.evaluate(`${AXE}; axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)))`);
  return found as string[];
}
