import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { TaskRevokedError } from "../../src/core/errors.ts";
import { revokedOutcome } from "../../src/core/revocation.ts";
import { BrokerDouble, found } from "./broker-double.ts";

function anApp(): { app: Celeriac; broker: BrokerDouble } {
  const app = new Celeriac("tests");
  const broker = new BrokerDouble();
  app.connect(broker);
  return { app, broker };
}

describe("app.control", () => {
  it("sets a task's rate, by the task or its name", async () => {
    const { app, broker } = anApp();
    const add = app.task("tasks.add", (x: number, y: number) => x + y);
    await app.control.rateLimit(add, "30/m");
    await app.control.rateLimit("tasks.mul", null);
    await app.control.rateLimit("tasks.mul", undefined);
    expect(broker.steered).toEqual(["limit tasks.add 0.5", "limit tasks.mul null", "limit tasks.mul undefined"]);
  });

  it("refuses what is no rate, and sends nothing", async () => {
    const { app, broker } = anApp();
    await expect(app.control.rateLimit("tasks.add", "10/day")).rejects.toThrow('control.rateLimit("tasks.add"): expected a rate such as');
    expect(broker.steered).toEqual([]);
  });

  it("sets a task's time limits, and refuses what is none", async () => {
    const { app, broker } = anApp();
    await app.control.timeLimit("tasks.add", { soft: 1, hard: null });
    expect(broker.steered).toEqual(["time limit tasks.add 1 null"]);
    await expect(app.control.timeLimit("tasks.add", { hard: -1 })).rejects.toThrow(
      'control.timeLimit("tasks.add"): hard: expected a number of seconds',
    );
  });

  it("pauses and resumes a queue", async () => {
    const { app, broker } = anApp();
    await app.control.pause("mail");
    await app.control.resume("mail");
    expect(broker.steered).toEqual(["pause mail", "resume mail"]);
  });

  it("revokes one task or many", async () => {
    const { app, broker } = anApp();
    expect(await app.control.revoke("a")).toBe("revoked");
    expect(await app.control.revoke(["a", "b"], { terminate: true })).toEqual(["revoked", "revoked"]);
    expect(broker.revokes).toEqual([{ ids: ["a"] }, { ids: ["a", "b"], terminate: true }]);
  });

  it("purges one queue, or all of them", async () => {
    const { app, broker } = anApp();
    expect([await app.control.purge("other"), await app.control.purge()]).toEqual([2, 4]);
    expect(broker.purged).toEqual(["other", "celery", "sums"]);
  });

  it("revokes by stamped headers, but not by more than a row of them", async () => {
    const { app } = anApp();
    expect(await app.control.revokeByStampedHeaders({ order: [1, 2] })).toBe(1);
    await expect(app.control.revokeByStampedHeaders({ order: "x".repeat(100_001) })).rejects.toThrow("at most 100000 characters");
  });
});

describe("an AsyncResult", () => {
  it("forgets its result, but not before there is one", async () => {
    const { app, broker } = anApp();
    await app.AsyncResult("a").forget();
    broker.forgotten = "unfinished";
    await expect(app.AsyncResult("a").forget()).rejects.toMatchObject({ code: "unfinished" });
  });

  it("revokes its task", async () => {
    const { app, broker } = anApp();
    expect(await app.AsyncResult("a").revoke({ terminate: true })).toBe("revoked");
    expect(broker.revokes).toEqual([{ ids: ["a"], terminate: true }]);
  });

  it.each(["revoked", "terminated", "purged", "expired"] as const)("of a task that was %s throws why", async (because) => {
    const { app, broker } = anApp();
    broker.lookups = [found("REVOKED", JSON.parse(revokedOutcome(because, 0).result))];
    const error = await app
      .AsyncResult("a")
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskRevokedError);
    expect(error).toMatchObject({ message: because, code: "task_revoked" });
  });
});
