import { expect, test } from "vitest";
import { Limit, type LimitState } from "../../src/broker/limit.ts";

/** A limit whose row outlives it: `reset` makes another one of what was written. */
function newLimit() {
  let row: LimitState | undefined;
  let set: number | null | undefined;
  const reset = (shards: number, now: number) => {
    const write = (state: LimitState) => {
      row = structuredClone(state);
    };
    return new Limit({ name: "tasks.mail", setRate: () => set, isHome: false, shards, state: row, ratesOff: false, write }, now);
  };
  const setRate = (rate: number | null | undefined) => {
    set = rate;
  };
  return { reset, setRate };
}

test("a token that was taken at a high rate is not given again after a reset at which the rate is shared by more shards", () => {
  const { reset } = newLimit();
  const before = reset(1, 0);
  before.say({ perSecond: 2 }, false);
  before.start(true, 1_000);
  const after = reset(4, 1_050);
  expect(after.nextAt(1_050)).toBeGreaterThan(2_500);
});

test("tokens of a low rate are kept over a reset, neither more nor fewer", () => {
  const { reset } = newLimit();
  const before = reset(1, 0);
  before.say({ perSecond: 0.1 }, false);
  before.start(false, 1_000);
  expect(reset(1, 5_000).nextAt(5_000)).toBe(11_000);
});

test("a token that was taken while an operator had set a high rate is not given again when the low one counts again", () => {
  const { reset, setRate } = newLimit();
  const before = reset(1, 0);
  before.say({ perSecond: 0.1 }, false);
  setRate(100);
  before.rateWasSet();
  before.start(false, 60_000);
  setRate(undefined);
  before.rateWasSet();
  expect(reset(1, 61_000).nextAt(61_000)).toBeGreaterThan(68_000);
});
