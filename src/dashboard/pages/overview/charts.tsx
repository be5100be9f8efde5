import { useState } from "preact/hooks";
import { NotFoundProblem } from "../../../client/problem.ts";
import { now } from "../../now.ts";
import { Chart } from "../../parts/chart.tsx";
import { Choice } from "../../parts/choice.tsx";
import { durationText } from "../../parts/duration.ts";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { shortNumber } from "../../parts/number-text.ts";
import { Panel } from "../../parts/panel.tsx";
import { usePolled } from "../../polled.ts";
import { client } from "../../session.ts";
import { recorder } from "./live.ts";
import { type Drawn, drawnOf, type Over, type Series } from "./series.ts";

const OVERS = [
  ["15m", "15 min"],
  ["hour", "1 h"],
  ["day", "24 h"],
] as const;
const SPAN_SECONDS = { "15m": 900, hour: 3_600, day: 86_400 } as const;
const POLL_SECONDS = { "15m": 5, hour: 15, day: 60 } as const;

const perSecond = (value: number) => `${shortNumber(value)}/s`;
const percent = (value: number) => `${shortNumber(value)} %`;

/** What happened lately: throughput, failures, latency and backlog. */
export function Charts({ queue }: { queue: string }) {
  const [over, setOver] = useState<Over>("15m");
  const polled = usePolled(() => read(over, queue), POLL_SECONDS[over], [over, queue]);
  return (
    <Panel
      title={queue === "" ? "Activity" : `Activity of ${queue}`}
      aside={<Choice label="How far back" options={OVERS} chosen={over} choose={setOver} />}
    >
      <Asked polled={polled} rows={8}>
        {(series) =>
          series === "none" ? <OfThisPage over={over} /> : <Four drawn={drawnOf(series, now.value)} span={SPAN_SECONDS[over]} />
        }
      </Asked>
    </Panel>
  );
}

/** A deployment of an earlier version keeps no series: then what this page has seen is shown. */
function OfThisPage({ over }: { over: Over }) {
  if (over !== "15m")
    return <EmptyNote title="This deployment keeps no history">Charts show what happens while this page is open.</EmptyNote>;
  return <Four drawn={drawnOf(recorder.series(now.value), now.value)} span={SPAN_SECONDS[over]} />;
}

async function read(over: Over, queue: string): Promise<Series | "none"> {
  try {
    const query = new URLSearchParams({ over, ...(queue === "" ? {} : { queue }) });
    return await client.request<Series>({ method: "GET", path: `/v1/series?${query}` });
  } catch (error) {
    if (error instanceof NotFoundProblem) return "none";
    throw error;
  }
}

function Four({ drawn, span }: { drawn: Drawn; span: number }) {
  const { times } = drawn;
  const until = times.at(-1) ?? now.value / 1000;
  return (
    <div class="charts">
      <Titled title="Throughput">
        <Chart
          label="Tasks a second"
          span={span}
          until={until}
          least={1}
          times={times}
          text={perSecond}
          lines={[
            { label: "succeeded", colour: "--good", values: drawn.succeeded, fill: true },
            { label: "failed", colour: "--bad", values: drawn.failed, dash: [6, 3] },
            { label: "retried", colour: "--warn", values: drawn.retried, dash: [2, 3] },
          ]}
        />
      </Titled>
      <Titled title="Failures">
        <Chart
          label="Share of tasks that failed"
          span={span}
          until={until}
          least={10}
          times={times}
          text={percent}
          lines={[{ label: "of what ended", colour: "--bad", values: drawn.failureShare, fill: true }]}
        />
      </Titled>
      <Titled title="Latency">
        <Chart
          label="Mean seconds that tasks waited and ran"
          span={span}
          until={until}
          least={0.1}
          times={times}
          text={durationText}
          lines={[
            { label: "ran", colour: "--busy", values: drawn.run },
            { label: "waited", colour: "--warn", values: drawn.wait, dash: [6, 3] },
          ]}
        />
      </Titled>
      <Titled title="Backlog">
        <Chart
          label="Tasks that waited"
          span={span}
          until={until}
          least={10}
          times={times}
          text={shortNumber}
          lines={[{ label: "waiting", colour: "--accent", values: drawn.waiting, fill: true }]}
        />
      </Titled>
    </div>
  );
}

function Titled({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="titled">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
