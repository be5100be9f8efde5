import { describe, expect, it } from "vitest";
import type { Sent } from "../../src/broker/api.ts";
import { addressOf } from "../../src/core/ids.ts";
import { aCall, Shards } from "./shards.ts";

/** The sending of a submit from beyond the door. */
function sending(shards: Shards, number: number, attempt: number): Sent {
  return { nonce: `${String(number).padStart(8, "0")}-0000-4000-8000-000000000000`, attempt, sentAt: shards.now };
}

describe("a submit that its maker sends again", () => {
  it("is answered with the first one's ids, whichever isolate takes the repeat, and is spread as others are", async () => {
    const shards = new Shards(4);
    const found = new Set<number | undefined>();
    for (let number = 0; number < 24; number++) {
      const calls = [aCall(number), aCall(number)].slice(number % 2);
      const first = await shards.answer(shards.client().submit(calls, { sent: sending(shards, number, 1) }));
      const again = await shards.answer(shards.client().submit(calls, { sent: sending(shards, number, 2) }));
      expect(again).toEqual(first);
      found.add(first.ok ? addressOf(first.ids[0] ?? "")?.shard : undefined);
    }
    expect([...found].toSorted()).toEqual([0, 1, 2, 3]);
    const numbers = Object.values(await shards.work()).flat();
    expect(numbers).toHaveLength(36);
  });

  it("makes no second task when its first sending arrives after the second", async () => {
    const shards = new Shards(4);
    const again = await shards.answer(shards.client().submit([aCall(1)], { sent: sending(shards, 1, 2) }));
    const first = await shards.answer(shards.client().submit([aCall(1)], { sent: sending(shards, 1, 1) }));
    expect(first).toEqual(again);
  });

  it("is not refused for the id or the key that it took itself", async () => {
    const shards = new Shards(4);
    const named = { taskId: "6f1c2d3e-0000-4000-8000-00000000000a", idempotency: { key: "k", fingerprint: "f" } };
    const first = await shards.answer(shards.client().submit([aCall(1, named)], { sent: sending(shards, 2, 1) }));
    const again = await shards.answer(shards.client().submit([aCall(1, named)], { sent: sending(shards, 2, 2) }));
    expect(again).toEqual(first);
    expect(first).toMatchObject({ ok: true, ids: [named.taskId], duplicates: [] });
  });
});
