import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GrantedTask, GroupPart } from "../../src/broker/api.ts";
import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import { ended, stopClock } from "./broker-stage.ts";
import { aWorkflow, CanvasStage, chain, chord, group, set, sig } from "./canvas-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

describe("a large canvas", () => {
  it("of a chord over 10,000 writes at most 0.1 rows for each member, and runs its body once with all results", async () => {
    const stage = new CanvasStage();
    const members = times(10_000, (index) => sig("identity", [index]));
    let last: string | undefined;
    const { written } = await stage.cost(async () => {
      const { ids } = await stage.start(chord(members, sig("tsum")));
      last = ids.at(-1);
      await stage.play({ room: 100 });
    });
    expect(await stage.endOf(last)).toEqual(["SUCCESS", (9_999 * 10_000) / 2]);
    expect(stage.ran.filter(({ task }) => task === "tasks.tsum")).toHaveLength(1);
    expect(written / 10_000).toBeLessThanOrEqual(0.1);
  });

  it("of a group of 100,000 is written, counted and ended", async () => {
    const stage = new CanvasStage();
    const { groups, ids } = await stage.start(chain(sig("fail"), group(...times(100_000, () => sig("identity")))));
    expect(new Set(ids).size).toBe(100_001);
    await stage.crash();
    await stage.play();
    const part = await stage.broker.group({ version: 1, id: groups[0] ?? "", limit: 1, cursor: null, waitMilliseconds: 0 });
    expect(part as GroupPart).toMatchObject({ count: 100_000, completed: 100_000, failed: 100_000, ready: true });
    expect(stage.ran).toHaveLength(1);
  });

  it("of a chain of 5,000 goes on from step to step, and ends whole when one fails", async () => {
    const stage = new CanvasStage();
    const steps = times(4_950, () => sig("add", [1]));
    const { ids } = await stage.start(chain(...times(50, (index) => sig("add", index === 0 ? [0, 1] : [1])), sig("fail"), ...steps));
    await stage.play();
    expect(stage.ran).toHaveLength(51);
    expect(stage.ran[49]).toMatchObject({ args: [49, 1], root_id: ids[0], parent_id: ids[48] });
    expect((await stage.endOf(ids.at(-1)))[0]).toBe("FAILURE");
  });

  it.each([
    [8, "SUCCESS"],
    [9, "FAILURE"],
  ])("of a chord whose %i members give almost a megabyte each ends as %s: its body takes 8 MB at most", async (count, state) => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(
      chain(
        chord(
          times(count, () => sig("identity", [0])),
          sig("tsum"),
        ),
        sig("add", [1]),
      ),
    );
    for (let done = 0; done < count; done += 1) {
      const { lease, tasks } = await stage.claim(1);
      await stage.report(
        lease,
        tasks.map((task) => ended(task, `"${"x".repeat(990_000)}"`)),
      );
    }
    const body = await stage.claim();
    expect(body.tasks.map(({ line }) => (JSON.parse(line) as { task: string }).task)).toEqual(state === "SUCCESS" ? ["tasks.tsum"] : []);
    if (state === "SUCCESS") await stage.report(body.lease, [ended(body.tasks[0] as GrantedTask, "1")]);
    await stage.play();
    const [how, value] = await stage.endOf(ids.at(-1));
    expect(how).toBe(state);
    if (state === "FAILURE") {
      const document = {
        exc_type: "EncodeError",
        exc_message: [expect.stringMatching(/^expected at most 8000000 characters of JSON \(8 MB\)/)],
      };
      expect((await stage.endOf(ids.at(-2)))[1]).toMatchObject(document);
      expect(value).toMatchObject(document);
    }
  });

  it("nested 100 deep comes to its value", async () => {
    const stage = new CanvasStage();
    let nested: SignatureJson = sig("add", [1, 1]);
    for (let depth = 0; depth < 50; depth++) nested = chord([chain(nested, sig("add", [1]))], sig("tsum"));
    const { ids } = await stage.start(nested);
    await stage.play();
    expect(await stage.endOf(ids.at(-1))).toEqual(["SUCCESS", 52]);
  });
});

describe("a chord that a running member adds to", () => {
  it("grows by as many rows each time, and runs its body once with all that was added", async () => {
    const stage = new CanvasStage();
    const { ids } = await stage.start(chord([sig("add", [1, 1])], sig("tsum")));
    const { lease, tasks } = await stage.claim();
    const [{ page, slot, attempt } = { page: 0, slot: 0, attempt: 0 }] = tasks;
    const { calls, plan } = await aWorkflow(sig("add", [2, 2]));
    const add = () => {
      const request = { version: 1 as const, lease: lease ?? "", page, slot, attempt, added: { calls, plan }, nonce: crypto.randomUUID() };
      return stage.broker.addToGroup(request);
    };
    const addFifty = async () => {
      for (let count = 0; count < 50; count++) await add();
    };
    const { written } = await stage.cost(addFifty);
    await stage.crash();
    // But for an alarm after the crash.
    expect((await stage.cost(addFifty)).written).toBeLessThan(1.1 * written);
    await stage.report(lease, [ended(tasks[0] as GrantedTask, "2")]);
    await stage.crash();
    await stage.play({ room: 30 });
    expect(await stage.endOf(ids[1])).toEqual(["SUCCESS", 402]);
    expect(stage.ran.filter(({ task }) => task === "tasks.tsum")).toHaveLength(1);
    vi.setSystemTime(Date.now() + 90_000_000);
    await stage.alarm();
    expect(await stage.rows()).toEqual({});
  });
});

describe("what a later step needs", () => {
  it("is kept though the result is ignored, forgotten, or has expired", async () => {
    const stage = new CanvasStage({ result_expires: 60 });
    const first = set(sig("add", [1, 1]), { ignore_result: true });
    const { ids } = await stage.start(chord([first, sig("add", [2, 2])], set(sig("tsum"), { countdown: 7_200, priority: 5 })));
    await stage.play();
    const [, second = "", body = ""] = ids;
    expect(await stage.broker.forget(second)).toBe("forgotten");
    for (let alarm = 0; alarm < 4; alarm++) await stage.alarm();
    vi.setSystemTime(Date.now() + 7_300_000);
    await stage.alarm();
    await stage.crash();
    await stage.play();
    expect(stage.ran.at(-1)).toMatchObject({ id: body, args: [[2, 4]] });
  });
});
