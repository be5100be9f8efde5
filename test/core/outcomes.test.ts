import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeOutcomes, type Ended, encodeOutcomes, forgetOutcome, ROW_CHARACTERS } from "../../src/core/outcomes.ts";

const instant = fc.nat(2 ** 45);
const known = {
  state: fc.constantFrom("SUCCESS" as const, "FAILURE" as const, "REVOKED" as const),
  result: fc.oneof(
    fc.jsonValue({ stringUnit: "binary" }).map((value) => JSON.stringify(value)),
    fc.constantFrom(...odd().map((text) => JSON.stringify(JSON.parse(text)))),
  ),
  traceback: fc.option(fc.string({ unit: "binary" })),
  worker: fc.option(fc.string({ unit: "binary" })),
  startedAt: fc.option(instant),
  doneAt: instant,
};
const more = {
  children: fc.array(fc.uuid(), { minLength: 1 }),
  retries: fc.integer({ min: 1, max: 99 }),
  forgotten: fc.constant(true as const),
  past: fc.array(
    fc.record(
      {
        state: fc.constantFrom("RETRY", "REJECTED", "LOST"),
        worker: fc.string(),
        startedAt: instant,
        endedAt: instant,
        error: fc.string(),
      },
      { requiredKeys: ["state", "worker", "startedAt", "endedAt"] },
    ),
    { minLength: 1, maxLength: 3 },
  ),
};
const outcome: fc.Arbitrary<Omit<Ended, "slot">> = fc.record(
  { ...known, ...more },
  { requiredKeys: ["state", "result", "traceback", "worker", "startedAt", "doneAt"] },
);

describe("rows of outcomes", () => {
  it("give back what was stored, in the order of the slots, whatever JSON it is", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(16_383)), fc.infiniteStream(outcome), (slots, outcomes) => {
        const ended = slots.map((slot) => ({ slot, ...outcomes.next().value }));
        const rows = encodeOutcomes(ended);
        const expected = ended.toSorted((a, b) => a.slot - b.slot);
        expect(rows.flatMap(({ body }) => decodeOutcomes(body))).toEqual(expected);
        for (const { slot, body } of rows) expect(decodeOutcomes(body)[0]?.slot).toBe(slot);
      }),
    );
  });

  it("keep the first 5,000 children of a task, which leaves a row below what production takes", () => {
    const children = Array.from({ length: 6_000 }, (_, index) => `${index}`);
    const [row] = encodeOutcomes([
      { slot: 0, state: "SUCCESS", result: "1", traceback: null, worker: null, startedAt: null, doneAt: 0, children },
    ]);
    expect(decodeOutcomes(row?.body ?? "")[0]?.children).toEqual(children.slice(0, 5_000));
  });

  it("are written anew without the result of one slot, and with all else", () => {
    const ended = [0, 3].map(
      (slot): Ended => ({
        slot,
        state: "FAILURE",
        result: `"secret ${slot}"`,
        traceback: "t",
        worker: "w",
        startedAt: 1,
        doneAt: 2,
        retries: 1,
      }),
    );
    const body = forgetOutcome(encodeOutcomes(ended)[0]?.body ?? "", 3);
    expect(body).not.toContain("secret 3");
    const [kept, gone] = decodeOutcomes(body);
    expect(kept).toEqual(ended[0]);
    expect(gone).toMatchObject({ slot: 3, state: "FAILURE", result: "null", traceback: null, forgotten: true });
  });

  it("are none for no outcomes", () => {
    expect(encodeOutcomes([])).toEqual([]);
  });

  it("hold so many characters, and a single larger outcome has a row of its own", () => {
    const sized = (slot: number, characters: number): Ended => ({
      slot,
      state: "SUCCESS",
      result: JSON.stringify("x".repeat(characters)),
      traceback: null,
      worker: null,
      startedAt: 1,
      doneAt: 2,
    });
    const third = Math.floor(ROW_CHARACTERS / 3);
    const rows = encodeOutcomes([
      sized(4, third),
      sized(2, 2 * ROW_CHARACTERS),
      sized(3, third),
      sized(1, third),
      sized(5, third),
      sized(6, third),
    ]);
    expect(rows.map(({ slot }) => slot)).toEqual([1, 2, 3, 5]);
    for (const { slot, body } of rows) if (slot !== 2) expect(body.length).toBeLessThanOrEqual(ROW_CHARACTERS + 10);
  });
});

/** JSON that trips up those who splice or clone: names of prototypes, marks of lines, lone surrogates, the ends of numbers. */
function odd(): string[] {
  return [
    '{"__proto__":{"a":1}}',
    '"\\u2028\\u2029"',
    '"\\ud800"',
    "[]",
    "1e+21",
    "5e-324",
    "-1",
    '{"":[null]}',
    '"],[0,\\""',
    '{"constructor":0}',
  ];
}
