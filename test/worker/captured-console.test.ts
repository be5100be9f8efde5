import { describe, expect, it, vi } from "vitest";
import type { LogLevel } from "../../src/log.ts";
import { createLog } from "../../src/log.ts";
import { captureConsole } from "../../src/worker/captured-console.ts";
import { TaskLog } from "../../src/worker/task-log.ts";
import { runInScope } from "../../src/worker/task-scope.ts";
import { FakeBroker } from "./fake-broker.ts";
import { aLog, aLoop, settle } from "./stage.ts";

function aConsole() {
  const seen: string[] = [];
  const method =
    (name: string) =>
    (...values: unknown[]) =>
      void seen.push(`${name}: ${values.join(" ")}`);
  return { seen, debug: method("debug"), log: method("log"), info: method("info"), warn: method("warn"), error: method("error") };
}

function printingTo(log: ReturnType<typeof aLog>, name = "tasks.print_task", id = "the-id") {
  const lines = new TaskLog(log);
  const print = (level: LogLevel, values: unknown[]) => lines.printed(level, name, id, values);
  return { id, rootId: id, priority: 0, called: () => {}, print };
}

describe("a captured console", () => {
  it("gives what a task prints the task's name and id, at level WARNING", () => {
    const console = aConsole();
    const log = aLog();
    captureConsole(console);
    runInScope(printingTo(log), () => {
      console.log("this is a test case.");
      console.debug("two", 2, { three: [3] });
      console.error("no");
    });
    expect(log.lines).toEqual([
      "WARNING tasks.print_task[the-id] this is a test case.",
      "WARNING tasks.print_task[the-id] two 2 { three: [ 3 ] }",
      "ERROR tasks.print_task[the-id] no",
    ]);
    expect(console.seen).toEqual([]);
  });

  it("follows a task over its awaits, and tells tasks that run side by side apart", async () => {
    const console = aConsole();
    const log = aLog();
    captureConsole(console);
    const speak = async (word: string) => {
      await null;
      console.log(word);
    };
    await Promise.all(["a", "b"].map((id) => runInScope(printingTo(log, "tasks.speak", id), speak, `I am ${id}`)));
    expect(log.lines).toEqual(["WARNING tasks.speak[a] I am a", "WARNING tasks.speak[b] I am b"]);
  });

  it("works as before outside a task", () => {
    const console = aConsole();
    captureConsole(console);
    console.log("plain", 1);
    console.warn("careful");
    expect(console.seen).toEqual(["log: plain 1", "warn: careful"]);
  });

  it("is wrapped once", () => {
    const console = aConsole();
    captureConsole(console);
    const { log } = console;
    captureConsole(console);
    expect(console.log).toBe(log);
  });

  it("prefixes every line of a print, so that none can pass for a line of the worker", () => {
    const console = aConsole();
    const log = aLog();
    captureConsole(console);
    runInScope(printingTo(log), () => console.log("one\ntwo"));
    expect(log.lines).toEqual(["WARNING tasks.print_task[the-id] one", "WARNING tasks.print_task[the-id] two"]);
  });

  it("is not built when the level drops it", () => {
    const console = aConsole();
    const log = aLog("error");
    captureConsole(console);
    runInScope(printingTo(log), () => console.log({ [Symbol.for("nodejs.util.inspect.custom")]: () => expect.unreachable() }));
    expect(log.lines).toEqual([]);
  });
});

describe("a task that prints", () => {
  it("prints through the worker's log, and a log that is used inside a task does not print itself again", async () => {
    vi.useFakeTimers();
    const seen: unknown[] = [];
    const write = (text: unknown) => void seen.push(text);
    vi.stubGlobal("console", { debug: write, log: write, info: write, warn: write, error: write });
    captureConsole(console);
    try {
      const log = createLog({ level: "info", process: "celeriac@1a2b", clock: { now: () => 0 } });
      const broker = new FakeBroker();
      const [id] = broker.add({ task: "tasks.print_task" });
      await aLoop(
        broker,
        {
          "tasks.print_task": async () => {
            console.log("this is a test case.");
            await settle();
            log.warning("from inside");
          },
        },
        { log },
      ).work();
      expect(seen).toEqual([
        `[1970-01-01 00:00:00,000: INFO/celeriac@1a2b] Task tasks.print_task[${id}] received`,
        `[1970-01-01 00:00:00,000: WARNING/celeriac@1a2b] tasks.print_task[${id}] this is a test case.`,
        "[1970-01-01 00:00:00,000: WARNING/celeriac@1a2b] from inside",
        `[1970-01-01 00:00:00,000: INFO/celeriac@1a2b] Task tasks.print_task[${id}] succeeded in 0.000s: null`,
      ]);
    } finally {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    }
  });

  it("is heard on every run, whether its handler answers at once, later, or now this way and now that", async () => {
    const console = aConsole();
    captureConsole(console);
    const log = aLog("warning");
    const broker = new FakeBroker();
    const later = async (word: string) => {
      await null;
      console.log(word);
    };
    const now = (word: unknown) => console.log(word);
    const tasks = {
      "tasks.now": { name: "tasks.now", run: (_context: unknown, [word]: unknown[]) => now(word) },
      "tasks.later": { name: "tasks.later", run: (_context: unknown, [word]: unknown[]) => later(String(word)) },
      "tasks.either": {
        name: "tasks.either",
        run: (_context: unknown, [word]: unknown[]) => (word === "sync" ? now(word) : later(String(word))),
      },
    };
    const lines = [
      ["tasks.now", "1"],
      ["tasks.now", "2"],
      ["tasks.later", "3"],
      ["tasks.later", "4"],
      ["tasks.either", "async"],
      ["tasks.either", "sync"],
      ["tasks.either", "async"],
    ];
    const ids = broker.add(...lines.map(([task = "", word]) => ({ task, args: [word] })));
    await aLoop(broker, tasks, { log, concurrency: 1 }).work();
    expect(log.lines).toEqual(lines.map(([task, word], index) => `WARNING ${task}[${ids[index]}] ${word}`));
    expect(console.seen).toEqual([]);
  });
});
