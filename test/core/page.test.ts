import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { MAX_SLOTS } from "../../src/core/ids.ts";
import { PAGE_CHARACTERS, type Placeable, paginate } from "../../src/core/page.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const aCall = (options: Partial<Call> = {}): Call => ({ line: '{"task":"t"}', queue: "celery", ...options });
const placeables = (...calls: Call[]): Placeable[] => calls.map((call, position) => ({ call, nonce: "n", position }));
const counts = (calls: Call[]) => paginate(placeables(...calls), NOW).drafts.map(({ lines }) => lines.length);
const dueIn = (milliseconds: number) => aCall({ due: NOW + milliseconds });

describe("a page", () => {
  it("holds calls that may be started twice, or calls that may not", () => {
    const { drafts } = paginate(placeables(aCall(), aCall({ atMostOnce: true }), aCall({ atMostOnce: false })), NOW);
    expect(drafts.map(({ head, lines }) => [head.once, lines.length])).toEqual([
      [undefined, 2],
      [true, 1],
    ]);
  });

  it("holds the calls of one queue and one priority", () => {
    const { drafts } = paginate(
      placeables(
        aCall(),
        aCall({ queue: "media" }),
        aCall({ priority: 9 }),
        aCall(),
        aCall({ queue: "media" }),
        aCall({ priority: 9 }),
        aCall({ priority: 0 }),
      ),
      NOW,
    );
    expect(drafts.map(({ queue, head, lines }) => [queue, head.p, lines.length])).toEqual([
      ["celery", undefined, 3],
      ["media", undefined, 2],
      ["celery", 9, 2],
    ]);
  });

  it("holds one due class: now, by the minute for an hour, by the hour for a day, by the day", () => {
    expect(counts([aCall(), dueIn(0), dueIn(-5)])).toEqual([3]);
    expect(counts([aCall(), dueIn(1), dueIn(MINUTE - 1)])).toEqual([1, 2]);
    expect(counts([dueIn(MINUTE - 1), dueIn(MINUTE), dueIn(2 * MINUTE - 1), dueIn(HOUR)])).toEqual([1, 2, 1]);
    expect(counts([dueIn(HOUR), dueIn(HOUR + 1), dueIn(89 * MINUTE), dueIn(90 * MINUTE)])).toEqual([1, 2, 1]);
    expect(counts([dueIn(DAY), dueIn(DAY + 1), dueIn(2 * DAY), dueIn(3 * DAY)])).toEqual([1, 1, 1, 1]);
    expect(counts([dueIn(5 * DAY), dueIn(5 * DAY + HOUR)])).toEqual([2]);
  });

  it("is due with its earliest call, and never before now", () => {
    const due = (calls: Call[]) => paginate(placeables(...calls), NOW).drafts.map((draft) => draft.due);
    expect(due([dueIn(30_000), dueIn(10_000)])).toEqual([NOW + 10_000]);
    expect(due([dueIn(-HOUR)])).toEqual([NOW]);
    expect(due([aCall()])).toEqual([NOW]);
  });

  it("notes what the broker must know, by slot, and nothing that says nothing", () => {
    const idempotency = { key: "k", fingerprint: "f" };
    const { drafts } = paginate(placeables(aCall(), aCall({ due: NOW - 1, expires: NOW + 9 }), aCall({ taskId: "id", idempotency })), NOW);
    expect(drafts[0]?.head).toEqual({ v: 1, n: [["n", 0, 0, 3]], expires: { 1: NOW + 9 }, alias: { 2: "id" }, keys: { 2: "k" } });
    expect(paginate(placeables(dueIn(MINUTE)), NOW).drafts[0]?.head).toEqual({ v: 1, n: [["n", 0, 0, 1]], due: { 0: NOW + MINUTE } });
  });

  it("notes which of its slots came with which submit", () => {
    const { drafts } = paginate(
      [
        { call: aCall(), nonce: "a", position: 0 },
        { call: aCall({ queue: "media" }), nonce: "a", position: 1 },
        { call: aCall(), nonce: "a", position: 2 },
        { call: aCall(), nonce: "a", position: 3 },
        { call: aCall(), nonce: "b", position: 0 },
      ],
      NOW,
    );
    expect(drafts[0]?.head.n).toEqual([
      ["a", 0, 0, 1],
      ["a", 2, 1, 2],
      ["b", 0, 3, 1],
    ]);
  });

  it("holds so many characters, and a single larger line has a page of its own", () => {
    const sized = (characters: number) => aCall({ line: "x".repeat(characters) });
    const half = PAGE_CHARACTERS / 2;
    expect(counts([sized(half), sized(half - 500), sized(half)])).toEqual([2, 1]);
    expect(counts([sized(10), sized(2 * PAGE_CHARACTERS), sized(10), sized(10)])).toEqual([1, 1, 2]);
  });

  it("holds no more slots than an id can tell apart", () => {
    expect(counts(Array.from({ length: MAX_SLOTS + 1 }, () => aCall({ line: "{}" })))).toEqual([MAX_SLOTS, 1]);
  });

  it("counts what stands beside the lines, so that its row stays under the platform's 2 MB", () => {
    const calls = Array.from({ length: 12_000 }, (_, index) =>
      aCall({
        taskId: crypto.randomUUID(),
        idempotency: { key: `${index}`.padStart(255, "k"), fingerprint: "f" },
        due: NOW + 1,
        expires: NOW + 2,
      }),
    );
    for (const { head } of paginate(placeables(...calls), NOW).drafts)
      expect(JSON.stringify(head).length).toBeLessThan(2 * PAGE_CHARACTERS);
    const lone = calls.map((_, index): Placeable => ({ call: aCall(), nonce: `${index}`.padStart(36, "0"), position: 0 }));
    for (const { head } of paginate(lone, NOW).drafts) expect(JSON.stringify(head).length).toBeLessThan(2 * PAGE_CHARACTERS);
  });

  it("counts keys as they are written: a control character takes six", () => {
    const calls = Array.from({ length: 2_000 }, (_, index) =>
      aCall({ idempotency: { key: `${index}`.padStart(255, "\u0001"), fingerprint: "f" } }),
    );
    for (const { head } of paginate(placeables(...calls), NOW).drafts)
      expect(JSON.stringify(head).length).toBeLessThan(PAGE_CHARACTERS + 2_000);
  });
});

describe("paginate", () => {
  it("puts every call in exactly one place, in order, on a page of its kind that is not too large", () => {
    const call = fc.record({
      size: fc.constantFrom(1, 1_000, 100_000, 300_000),
      queue: fc.constantFrom("celery", "media"),
      priority: fc.constantFrom(undefined, 0, 5),
      due: fc.option(fc.integer({ min: -HOUR, max: 3 * DAY }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (list) => {
        const calls = list.map(({ size, queue, priority, due }, index): Call => {
          const options = { ...(priority === undefined ? {} : { priority }), ...(due === undefined ? {} : { due: NOW + due }) };
          return { line: `${index} ${"x".repeat(size)}`, queue, ...options };
        });
        const { drafts, places } = paginate(placeables(...calls), NOW);
        expect(places).toHaveLength(calls.length);
        expect(new Set(places.map(({ draft, slot }) => `${draft} ${slot}`)).size).toBe(calls.length);
        expect(drafts.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(calls.length);
        for (const [index, { draft: at, slot }] of places.entries()) {
          const draft = drafts[at];
          const given = calls[index];
          expect([draft?.lines[slot], draft?.queue, draft?.head.p ?? 0]).toEqual([given?.line, given?.queue, given?.priority ?? 0]);
          expect(draft?.head.due?.[slot] ?? NOW).toBe(Math.max(given?.due ?? NOW, NOW));
          const before = places.findLastIndex((place, earlier) => earlier < index && place.draft === at);
          if (before >= 0) expect(slot).toBeGreaterThan(places[before]?.slot ?? 0);
        }
        for (const { lines } of drafts) if (lines.length > 1) expect(lines.join("").length).toBeLessThanOrEqual(PAGE_CHARACTERS);
      }),
      { numRuns: 50 },
    );
  });
});
