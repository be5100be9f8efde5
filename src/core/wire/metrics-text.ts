/**
 * Prometheus' text format, version 0.0.4 (its page "Exposition formats").
 */

import type { Histogram } from "../histogram.ts";

/** What the text is sent as. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One metric and its values now. */
export interface Metric {
  /** Letters, digits and `_`; a counter's ends in `_total`, a unit is a base unit (seconds, bytes). */
  name: string;
  /** One sentence for people. */
  help: string;
  type: "counter" | "gauge" | "histogram";
  /** One for each set of labels. A metric without any is left out. */
  samples: Sample[];
  /** Write whole numbers as Python does: `1.0`. */
  floats?: boolean;
}

/** One value and what tells it from the metric's others. */
export interface Sample {
  labels: Readonly<Record<string, string | number>>;
  value: number;
  /** What follows the metric's name: `_bucket`, `_sum` or `_count` of a histogram. */
  suffix?: "_bucket" | "_sum" | "_count";
}

/** The samples of one histogram: its buckets, each with all below it, then sum and count. The bounds are in the label `le`, which stands where the alphabet has it. */
export function histogramSamples(
  { counts, sum }: Histogram,
  bounds: readonly number[],
  labels: Sample["labels"],
  floats = false,
): Sample[] {
  let below = 0;
  const buckets = counts.map((count, bucket): Sample => {
    below += count;
    const le = number(bounds[bucket] ?? Number.POSITIVE_INFINITY, floats);
    return { suffix: "_bucket", labels: sorted({ ...labels, le }), value: below };
  });
  return [...buckets, { suffix: "_count", labels, value: below }, { suffix: "_sum", labels, value: sum }];
}

function sorted(labels: Sample["labels"]): Sample["labels"] {
  return Object.fromEntries(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Writes metrics, in the order given. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, type, samples, floats }) =>
        `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${samples.map((sample) => line(name, sample, floats)).join("")}`,
    )
    .join("");
}

function line(name: string, { labels, value, suffix }: Sample, floats = false): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
  return `${name}${suffix ?? ""}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value, floats)}\n`;
}

function number(value: number, floats: boolean): string {
  if (Number.isFinite(value)) return floats && Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
