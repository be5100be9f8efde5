import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { BrokerDouble } from "./broker-double.ts";

function connected(): { app: Celeriac; broker: BrokerDouble } {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  app.connect(broker);
  return { app, broker };
}

describe("app.control", () => {
  it("sets a task's rate, by the task or its name", async () => {
    const { app, broker } = connected();
    const add = app.task("tasks.add", (x: number, y: number) => x + y);
    await app.control.rateLimit(add, "30/m");
    await app.control.rateLimit("tasks.mul", null);
    await app.control.rateLimit("tasks.mul", undefined);
    expect(broker.steered).toEqual(["limit tasks.add 0.5", "limit tasks.mul null", "limit tasks.mul undefined"]);
  });

  it("refuses what is no rate, and sends nothing", async () => {
    const { app, broker } = connected();
    await expect(app.control.rateLimit("tasks.add", "10/day")).rejects.toThrow('control.rateLimit("tasks.add"): expected a rate such as');
    expect(broker.steered).toEqual([]);
  });

  it("pauses and resumes a queue", async () => {
    const { app, broker } = connected();
    await app.control.pause("mail");
    await app.control.resume("mail");
    expect(broker.steered).toEqual(["pause mail", "resume mail"]);
  });
});
