import { describe, expect, it } from "vitest";
import { idAt, problemOf, setup } from "./setup.ts";

describe("DELETE /v1/results/{task_id}", () => {
  it("takes a result away: 204 without a body", async () => {
    const answer = await setup().send(`/v1/results/${idAt(0)}`, { method: "DELETE" });
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
  });

  it.each([
    ["unfinished", 409],
    ["unknown", 404],
    ["expired", 410],
  ] as const)("of a task that is %s answers %i", async (forgotten, status) => {
    const { send, broker } = setup();
    broker.forgotten = forgotten;
    expect((await problemOf(await send(`/v1/results/${idAt(0)}`, { method: "DELETE" }))).status).toBe(status);
  });
});
