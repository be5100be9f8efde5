import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ELSEWHERE } from "./conformance/canvas/elsewhere.ts";
import type { CanvasRow } from "./conformance/canvas/row.ts";
import { canvasRows } from "./conformance/canvas/rows.ts";
import { CanvasStage, type Seen } from "./conformance/canvas/stage.ts";
import { endRunners, startRunner } from "./runner.ts";

/** How many rows Celery's list has of each letter. */
const LAST_NUMBERS = { A: 6, B: 51, D: 28, E: 62, G: 12 };

/** What each row came to. They all run at once. */
const seen = new Map<CanvasRow, Promise<Seen>>();
/** What was noted by the time that nothing ran any more. */
const notes: Record<string, unknown[]> = {};

beforeAll(async () => {
  await Promise.all([
    playAll(
      "wrangler.toml",
      canvasRows.filter((row) => row.errbacksOnHeader !== true),
    ),
    playAll(
      "errbacks-on-header.toml",
      canvasRows.filter((row) => row.errbacksOnHeader === true),
    ),
  ]);
}, 90_000);
afterAll(endRunners);

async function playAll(config: string, rows: readonly CanvasRow[]): Promise<void> {
  const path = join(import.meta.dirname, "conformance", config);
  const { url } = await startRunner({ config: path, args: ["--ticks-per-minute", "0", "--loglevel", "error"] });
  const stage = new CanvasStage(url);
  for (const row of rows) seen.set(row, stage.play(row));
  await Promise.allSettled(rows.map((row) => seen.get(row)));
  await stage.settle();
  Object.assign(notes, await stage.notes());
}

describe("Celery's rows of canvases, on the real runner", () => {
  it.for(canvasRows.map((row) => [row.name, row] as const))("%s", async ([name, row]) => {
    const { comesTo, looked, ran } = (await seen.get(row)) ?? expect.fail("it was not played");
    if (row.comesTo !== undefined) expect(comesTo).toEqual(row.comesTo);
    if (row.look !== undefined) expect(looked).toEqual(row.shows);
    if (row.notes !== undefined) expect(texts(notes[name] ?? [])).toEqual(texts(row.notes));
    for (const id of row.failed?.(ran) ?? []) expect(notes[id]).toHaveLength(1);
  });

  it("holds every row of A, B, D, E and G, or says where it is held or why it cannot arise", () => {
    const numbers = new Set(canvasRows.flatMap(({ name }) => /^[A-H]\d+/.exec(name)?.[0] ?? []));
    const missing = Object.entries(LAST_NUMBERS).flatMap(([letter, last]) =>
      Array.from({ length: last }, (_, index) => `${letter}${index + 1}`).filter(
        (number) => !numbers.has(number) && !(number in ELSEWHERE),
      ),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((number) => numbers.has(number))).toEqual([]);
  });
});

/** In an order that says nothing. */
function texts(values: readonly unknown[]): string[] {
  return values.map((each) => JSON.stringify(each)).sort();
}
