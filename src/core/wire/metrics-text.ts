/**
 * Prometheus' text format, version 0.0.4 (its page "Exposition formats").
 */

/** What the text is sent as. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One metric and its values now. */
export interface Metric {
  /** Letters, digits and `_`; a counter's ends in `_total`, a unit is a base unit (seconds, bytes). */
  name: string;
  /** One sentence for people. */
  help: string;
  type: "counter" | "gauge";
  /** One for each set of labels. A metric without any is left out. */
  samples: Sample[];
}

/** One value and what tells it from the metric's others. */
export interface Sample {
  labels: Readonly<Record<string, string | number>>;
  value: number;
}

/** Writes metrics, in the order given. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, type, samples }) =>
        `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${samples.map((sample) => line(name, sample)).join("")}`,
    )
    .join("");
}

function line(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}\n`;
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
