import { describe, expect, it } from "vitest";
import { BrokerObject } from "../../scripts/simulate/broker-object.ts";
import { Faults } from "../../scripts/simulate/faults.ts";
import { World } from "../../scripts/simulate/world.ts";
import type { Submission, SubmitAnswer } from "../../src/broker/api.ts";
import { defaultConfig } from "../../src/core/config.ts";

function aBroker(): { submit(submission: Submission): Promise<SubmitAnswer> } {
  const world = new World(1, false);
  const faults = new Faults(world.random, world.trace, true);
  faults.over = true;
  const object = new BrokerObject({
    world,
    faults,
    shard: 0,
    peer: () => expect.fail("it has no peers"),
    config: { ...defaultConfig },
    send: () => {},
    failed: (message) => expect.fail(message),
  });
  return {
    async submit(submission) {
      const answer = new Promise((answered, failed) => {
        world.schedule(0, world.platform, () =>
          object.deliver({ name: "submit", run: (shard) => shard.submit(submission), answered, failed }),
        );
      });
      await world.run(world.time + 1_000);
      return (await answer) as SubmitAnswer;
    },
  };
}

function aSubmission(attempt: number, nonce = "nonce-1"): Submission {
  return { version: 1, nonce, attempt, sentAt: 1_800_000_000_000, calls: [{ line: '{"task":"tasks.add"}', queue: "celery" }] };
}

describe("a submit whose connection broke", () => {
  it("makes no second task when it arrives after it was sent again", async () => {
    const broker = aBroker();
    const again = await broker.submit(aSubmission(2));
    const first = await broker.submit(aSubmission(1));
    expect(again).toMatchObject({ ok: true, ids: [expect.any(String)] });
    expect(first).toEqual(again);
  });

  it("makes a task of its own for another nonce", async () => {
    const broker = aBroker();
    const one = await broker.submit(aSubmission(2));
    const other = await broker.submit(aSubmission(1, "nonce-2"));
    expect(other).not.toEqual(one);
  });
});
