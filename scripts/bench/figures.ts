import type { Sample } from "./bench-case.ts";
import { type Summary, summarise } from "./statistics.ts";
import { renderNumber, renderTable } from "./table.ts";

/** One figure of one case over all its runs. */
export interface Figure extends Summary {
  case: string;
  figure: string;
  unit: string;
}

/** Collects the samples of all runs. */
export class Figures {
  readonly #values = new Map<string, { case: string; figure: string; unit: string; values: number[] }>();

  /** Adds one run of one case. */
  add(name: string, samples: readonly Sample[]): void {
    for (const { figure, unit, value } of samples) {
      const key = `${name}\n${figure}`;
      const known = this.#values.get(key) ?? { case: name, figure, unit, values: [] };
      known.values.push(value);
      this.#values.set(key, known);
    }
  }

  /** Every figure, in the order they first came. */
  all(): Figure[] {
    return [...this.#values.values()].map(({ values, ...rest }) => ({ ...rest, ...summarise(values) }));
  }

  /** The median of a figure; nothing when it was not measured. */
  median(name: string, figure: string): number | undefined {
    const known = this.#values.get(`${name}\n${figure}`);
    return known === undefined ? undefined : summarise(known.values).median;
  }
}

/** The samples of one run in a line, for progress. */
export function renderSamples(samples: readonly Sample[]): string {
  return samples.map(({ figure, unit, value }) => `${figure} ${renderNumber(value)} ${unit}`).join(", ");
}

/** All figures as a table. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ case: name, figure, unit, median, lowest, highest, runs }, index) => [
    figures[index - 1]?.case === name ? "" : name,
    figure,
    renderNumber(median),
    unit,
    runs > 1 ? `${renderNumber(lowest)} - ${renderNumber(highest)}` : "",
    String(runs),
  ]);
  return renderTable(["case", "figure", "median", "unit", "spread", "runs"], rows);
}
