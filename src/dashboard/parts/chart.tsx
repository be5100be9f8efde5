import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../theme.ts";

/** One line of a chart. Lines are told apart by their pattern as well as by their colour. */
export interface ChartLine {
  label: string;
  /** A custom property of the style: `--good`. */
  colour: string;
  /** One value for each instant; null: nothing is known. */
  values: readonly (number | null)[];
  /** Lengths of dash and gap; default a whole line. */
  dash?: readonly number[];
  /** Fills what is under it. */
  fill?: boolean;
}

/** What a chart shows. */
export interface ChartProps {
  /** What it is about, for screen readers: with the last values it is all that they are told. */
  label: string;
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  lines: readonly ChartLine[];
  /** A value in words, in the axis and in the legend. */
  text: (value: number) => string;
  /** How many seconds it shows, */
  span: number;
  /** and until when: seconds since 1970. */
  until: number;
  /** The least value at its top: smaller ones are not blown up. */
  least: number;
  height?: number;
}

/** Lines over time, drawn by uPlot on a canvas; its width follows the page's. */
export function Chart({ label, times, lines, text, span, until, least, height = 170 }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const values = useRef<(HTMLElement | null)[]>([]);
  const told = useRef({ lines, text, span, until, least });
  told.current = { lines, text, span, until, least };
  const data = [times, ...lines.map((line) => line.values)] as uPlot.AlignedData;
  const shape = `${theme.value} ${lines.map((line) => line.label).join()}`;

  useEffect(() => {
    const at = box.current;
    if (at === null) return;
    const make = () => {
      plot.current?.destroy();
      const show = (chart: uPlot) => showValues(chart, told.current, values.current);
      plot.current = new uPlot(optionsOf(at, told, height, show), data, at);
    };
    make();
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: at.clientWidth, height }));
    sized.observe(at);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", make);
    return () => {
      sized.disconnect();
      scheme.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape, height]);

  useEffect(() => {
    plot.current?.setData(data);
    if (plot.current !== undefined) showValues(plot.current, told.current, values.current);
  });

  const last = lines.map((line) => `${line.label} ${valueText(line.values.at(-1), text)}`).join(", ");
  return (
    <div class="chart">
      <ul class="legend" aria-hidden="true">
        {lines.map((line, index) => (
          <li key={line.label}>
            <svg viewBox="0 0 22 4" width="22" height="4" aria-hidden="true">
              <line
                x1="1"
                x2="21"
                y1="2"
                y2="2"
                stroke={`var(${line.colour})`}
                stroke-width="2.5"
                stroke-dasharray={line.dash?.join(" ")}
              />
            </svg>
            {line.label}{" "}
            <b
              ref={(element) => {
                values.current[index] = element;
              }}
            />
          </li>
        ))}
      </ul>
      <div ref={box} class="chart-box" role="img" aria-label={`${label}. Now: ${last}.`} style={{ minHeight: `${height}px` }} />
    </div>
  );
}

/** Beside each name the value under the pointer, or the last one. */
function showValues(chart: uPlot, { lines, text }: Pick<ChartProps, "lines" | "text">, elements: (HTMLElement | null)[]): void {
  const index = chart.cursor.idx;
  lines.forEach((line, position) => {
    const element = elements[position];
    if (element) element.textContent = valueText(typeof index === "number" ? line.values[index] : line.values.at(-1), text);
  });
}

function valueText(value: number | null | undefined, text: (value: number) => string): string {
  return value === null || value === undefined ? "–" : text(value);
}

function clockText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function optionsOf(
  at: HTMLElement,
  told: { readonly current: Pick<ChartProps, "lines" | "text" | "span" | "until" | "least"> },
  height: number,
  show: (chart: uPlot) => void,
): uPlot.Options {
  const style = getComputedStyle(at);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--ink-faint"), font: `11px ${style.fontFamily}`, ticks: { show: false } };
  const grid = { stroke: colour("--line"), width: 1 };
  return {
    width: at.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: {
      x: { range: () => [told.current.until - told.current.span, told.current.until] },
      y: { range: (_, __, most) => [0, Math.max(told.current.least, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: 28, values: (_, ticks) => ticks.map((tick) => clockText(tick)) },
      { ...axis, grid, size: 52, space: 34, values: (_, ticks) => ticks.map((tick) => told.current.text(tick)) },
    ],
    series: [
      {},
      ...told.current.lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 2,
        points: { show: false },
        spanGaps: false,
        ...(line.dash === undefined ? {} : { dash: [...line.dash] }),
        ...(line.fill === true ? { fill: `${colour(line.colour)}22` } : {}),
      })),
    ],
    hooks: { setCursor: [show], ready: [show] },
  };
}
