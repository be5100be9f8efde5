import { describe, expect, it } from "vitest";
import { NOW, problemOf, setup } from "./setup.ts";

describe("GET /v1/series", () => {
  it("answers the last hour by ten seconds, oldest first, unless it is asked for another stretch", async () => {
    const { broker, send } = setup();
    const { happened, histories } = broker.looks;
    happened.add("received", "slow", 5, NOW);
    happened.add("runSeconds", "slow", 0.1 + 0.2, NOW);
    happened.look(3, new Map(), NOW);
    const answer = await (await send("/v1/series")).json();
    const zeros = new Array(359).fill(0);
    expect(answer).toMatchObject({
      resolution_seconds: 10,
      from: NOW - 3_590_000,
      series: { received: [...zeros, 5], run_seconds_sum: [...zeros, 0.3], wait_seconds_sum: [...zeros, 0] },
    });
    expect(answer).toMatchObject({ series: { waiting: [...zeros.map(() => null), 3] } });
    expect(await (await send("/v1/series?over=day&queue=slow")).json()).toMatchObject({ resolution_seconds: 600, from: NOW - 85_800_000 });
    expect(histories).toEqual([
      { over: "hour", queue: null, until: NOW },
      { over: "day", queue: "slow", until: NOW },
    ]);
  });

  it.each([
    ["over=week", 'over: expected 15m, hour, day, got "week"'],
    ["over=toString", 'over: expected 15m, hour, day, got "toString"'],
    ["queue=", "queue: expected the name of a queue, 1 to 255 characters, got 0"],
    ["since=1", "since: no parameter of this route; there are over, queue"],
  ])("refuses ?%s", async (query, fault) => {
    const { send } = setup();
    const problem = await problemOf(await send(`/v1/series?${query}`));
    expect(problem).toMatchObject({ status: 422, faults: [fault] });
  });
});
