import type { Figures } from "./figures.ts";
import { renderNumber, renderTable } from "./table.ts";

/** A bar: what a figure must reach. */
export interface Bar {
  name: string;
  bar: string;
  /** What was measured; nothing when it was not. */
  figure: number | undefined;
  unit: string;
  /** Whether the figure reaches the bar. */
  reached: (figure: number) => boolean;
}

/** A bar's outcome. */
export interface Verdict {
  name: string;
  bar: string;
  figure: number | null;
  unit: string;
  verdict: "pass" | "FAIL" | "not measured";
}

/** A bar that a figure may not go above. */
export function atMost(limit: number, name: string, figure: number | undefined, unit: string): Bar {
  return { name, bar: `<= ${limit.toFixed(2)}`, figure, unit, reached: (value) => value <= limit };
}

/** A bar that a figure may not stay below. */
export function atLeast(limit: number, name: string, figure: number | undefined, unit: string): Bar {
  return { name, bar: `>= ${limit}`, figure, unit, reached: (value) => value >= limit };
}

/** One figure over another; nothing when one was not measured. */
export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined || b === 0 ? undefined : a / b;
}

/** The bars that need none but ourselves. */
export function ownBars(figures: Figures): Bar[] {
  const cost = (name: string) => figures.median(`cost-${name}`, "cost");
  return [
    atMost(1, "one-by-one at 32 connections", cost("one-by-one"), "$/M"),
    atMost(0.1, "bulks of 100", cost("bulk-100"), "$/M"),
    atMost(0.03, "bulks of 1,000", cost("bulk-1000"), "$/M"),
    atMost(10.5, "a lone task by the queue", cost("lone-queue"), "$/M"),
    atMost(8, "a lone task by the express lane", cost("lone-express"), "$/M"),
    atLeast(40, "one-by-one submits to GET /noop", figures.median("one-by-one-rate", "submits to noop"), "%"),
    atMost(1.3, "a chord of 10,000 to a group of 10,000", figures.median("chord", "chord to group"), "x"),
    atMost(0.1, "a chord of 10,000", figures.median("chord", "rows written"), "rows a member"),
  ];
}

/** Judges bars. */
export function judge(bars: readonly Bar[]): Verdict[] {
  return bars.map(({ name, bar, figure, unit, reached }) => ({
    name,
    bar,
    figure: figure ?? null,
    unit,
    verdict: figure === undefined ? "not measured" : reached(figure) ? "pass" : "FAIL",
  }));
}

/** Verdicts as a table. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, bar, figure, unit, verdict }) => [
    name,
    bar,
    figure === null ? "" : renderNumber(figure),
    unit,
    verdict,
  ]);
  return renderTable(["bar", "must be", "is", "unit", "verdict"], rows);
}
