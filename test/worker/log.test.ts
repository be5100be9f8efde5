import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogLevel } from "../../src/log.ts";
import { createLog, isLogged } from "../../src/log.ts";
import { settle } from "./stage.ts";

const now = Date.UTC(2026, 10, 22, 13, 55, 1, 123);
const seen: string[] = [];

function aRealLog(level: LogLevel) {
  return createLog({ level, process: "celeriac@1a2b", clock: { now: () => now } });
}

beforeEach(() => {
  seen.length = 0;
  for (const method of ["log", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => void seen.push(`${method}|${text}`));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the log", () => {
  it("prints Celery's format in UTC", async () => {
    aRealLog("info").info("Task tasks.add[1] received");
    await settle();
    expect(seen).toEqual(["log|[2026-11-22 13:55:01,123: INFO/celeriac@1a2b] Task tasks.add[1] received"]);
  });

  it("drops what is below its level", async () => {
    const log = aRealLog("warning");
    log.debug("d");
    log.info("i");
    log.warning("w");
    await settle();
    expect(seen).toEqual(["warn|[2026-11-22 13:55:01,123: WARNING/celeriac@1a2b] w"]);
    expect([isLogged(log, "info"), isLogged(log, "warning"), isLogged(log, "error")]).toEqual([false, true, true]);
  });

  it("prints the lines of one turn in one console call", async () => {
    const log = aRealLog("debug");
    const late = async () => {
      await null;
      log.debug("of the same turn");
    };
    log.info("one");
    log.info("two");
    await late();
    await settle();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.split("\n").map((line) => line.slice(-9))).toEqual(["1a2b] one", "1a2b] two", "same turn"]);
  });

  it("keeps the order of lines that go to different methods", async () => {
    const log = aRealLog("info");
    log.info("1");
    log.error("2");
    log.info("3");
    await settle();
    expect(seen.map((line) => [line.split("|")[0], line.at(-1)])).toEqual([
      ["log", "1"],
      ["error", "2"],
      ["log", "3"],
    ]);
  });

  it("prints after each turn anew", async () => {
    const log = aRealLog("info");
    log.info("1");
    await settle();
    log.info("2");
    await settle();
    expect(seen).toHaveLength(2);
  });

  it("lets no message pass for a line of its own or steer the terminal", async () => {
    aRealLog("info").info("a\n[2026-11-22 13:55:01,123: INFO/x] forged\r\u001b[2J\u2028é\u009b");
    await settle();
    expect(seen[0]).toBe(
      "log|[2026-11-22 13:55:01,123: INFO/celeriac@1a2b] a\n  [2026-11-22 13:55:01,123: INFO/x] forged\\x0d\\x1b[2J\\u2028é\\x9b",
    );
  });

  it("splits what is too long for one console call", async () => {
    const log = aRealLog("info");
    for (let line = 0; line < 3; line += 1) log.info("x".repeat(50_000));
    await settle();
    expect(seen).toHaveLength(2);
  });
});
