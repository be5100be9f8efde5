import { describe, expect, it } from "vitest";
import { describeError } from "../../src/core/error-document.ts";
import { attempt, errorOf } from "./attempt-stage.ts";
import { aGate } from "./stage.ts";

describe("updateState", () => {
  it("writes a state and its meta for the attempt, and tells that it can be read", async () => {
    const written: unknown[] = [];
    const { outcome } = attempt((self) => self.updateState({ state: "PROGRESS", meta: { current: 3, total: 10 } }), {
      update: async ({ page, slot, attempt }, state, meta) => {
        written.push([page, slot, attempt, state, meta]);
        return true;
      },
    });
    expect((await outcome).result).toBe("true");
    expect(written).toEqual([[3, 7, 1, "PROGRESS", '{"current":3,"total":10}']]);
  });

  it("says PROGRESS and null when it is told nothing, and writes errors as Celery's documents", async () => {
    const written: string[] = [];
    const error = new RangeError("no");
    const { outcome } = attempt(
      async (self) => {
        await self.updateState({});
        await self.updateState({ state: "FAILURE", meta: error, taskId: "the-id" });
      },
      {
        update: async (_granted, state, meta) => {
          written.push(`${state} ${meta}`);
          return true;
        },
      },
    );
    await outcome;
    expect(written).toEqual(["PROGRESS null", `FAILURE ${JSON.stringify(describeError(error).document)}`]);
  });

  it("tells when the attempt is not held any more", async () => {
    const { outcome } = attempt((self) => self.updateState({ state: "PROGRESS" }), { update: async () => false });
    expect((await outcome).result).toBe("false");
  });

  it.each([
    ["an empty state", { state: "" }, "state: expected a name of 1 to 255 characters"],
    ["another task's id", { taskId: "other" }, "taskId: expected the task's own id or none"],
    ["a meta that JSON cannot hold", { meta: { f: () => 1 } }, "meta.f: expected a value that JSON can hold"],
    ["a failed state without an error", { state: "FAILURE", meta: { step: 1 } }, "meta: expected for FAILURE an error"],
    ["a large meta", { meta: "x".repeat(1_000_000) }, "meta: expected at most 1000000 bytes"],
  ])("refuses %s", async (_row, update, message) => {
    const { outcome } = attempt((self) => self.updateState(update), { update: async () => true });
    const [state, type, text] = errorOf(await outcome);
    expect([state, type]).toEqual(["FAILURE", "RefusedCall"]);
    expect(text).toContain(message);
  });
});

describe("the log of a task", () => {
  it("begins its lines with the task's name and id, at the level that is asked for", async () => {
    const { outcome, log } = attempt(({ log: mine }) => {
      mine.debug("looking");
      mine.info("at", 3, { of: 7 });
      mine.warning("careful");
      mine.error("no\nroom");
    });
    await outcome;
    expect(log.lines.slice(1, 5)).toEqual([
      "DEBUG tasks.it[the-id]: looking",
      "INFO tasks.it[the-id]: at 3 { of: 7 }",
      "WARNING tasks.it[the-id]: careful",
      "ERROR tasks.it[the-id]: no\nroom",
    ]);
  });

  it("shows the call's shadow name instead of the task's", async () => {
    const { outcome, log } = attempt(() => 1, { line: { shadow: "sum" } });
    await outcome;
    expect(log.lines).toEqual(["INFO Task sum[the-id] received", "INFO Task sum[the-id] succeeded in 0.000s: 1"]);
  });
});

describe("the request (2.3)", () => {
  it("tells of relatives, stamps, limits and retries what the call's line says", async () => {
    const line = {
      root_id: "root",
      parent_id: "parent",
      group_id: "group",
      shadow: "sum",
      stamped_headers: ["tenant"],
      stamps: { tenant: "a" },
      priority: 7,
      max_retries: null,
      periodic_task_name: "hourly",
      ignore_result: false,
    };
    let request: unknown;
    const handler = (self: { request: unknown }) => {
      request = self.request;
    };
    await attempt(handler, { line, granted: { retries: 2, attempt: 3 }, definition: { ignoreResult: true } }).outcome;
    expect(request).toMatchObject({
      rootId: "root",
      parentId: "parent",
      group: "group",
      shadow: "sum",
      stampedHeaders: ["tenant"],
      stamps: { tenant: "a" },
      deliveryInfo: { routingKey: "celery", priority: 7, redelivered: false },
      retries: 2,
      deliveries: 3,
      maxRetries: null,
      periodicTaskName: "hourly",
      ignoreResult: false,
    });
  });
});

describe("a task whose lease is lost", () => {
  it("has its signal aborted, is told that its state was not written, and is not logged", async () => {
    const gate = aGate();
    const seen: unknown[] = [];
    const { outcome, log, task } = attempt(
      async (self) => {
        const { signal } = self;
        await gate.promise;
        seen.push(signal.aborted, signal.reason.name, await self.updateState({}));
      },
      { update: async () => true },
    );
    task.abandon(new DOMException("the lease was lost", "AbortError"));
    gate.open();
    await outcome;
    expect(seen).toEqual([true, "AbortError", false]);
    expect(log.lines).toEqual(["INFO Task tasks.it[the-id] received"]);
  });
});
