import type { BeatApi } from "../../beat/api.ts";
import { beatMetrics } from "../../core/wire/beat-metrics.ts";
import { METRICS_CONTENT_TYPE, type Metric, metricsText } from "../../core/wire/metrics-text.ts";
import { queueMetrics } from "../../core/wire/queue-metrics.ts";
import { shardMetrics } from "../../core/wire/shard-metrics.ts";
import { taskMetrics } from "../../core/wire/task-metrics.ts";
import type { Env } from "../../env.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/**
 * `GET /metrics`, for Prometheus: Flower's metrics (`flower_…`), and ours (`celeriac_…`) of tasks, queues, beat and what the platform bills. Counters and histograms are kept in the objects'
 * memory and begin anew when one is started again. Beat's are left out while it does not answer.
 */
export function metrics(parts: HttpParts): RouteHandler {
  return async (c) => {
    const [shards, beat] = await Promise.all([parts.broker(c.env).stats(), measureBeat(c.env, parts.clock.now())]);
    const tasks = taskMetrics(shards, parts.registry.names());
    const queues = queueMetrics(shards, parts.config(c.env).taskQueues);
    const text = metricsText([...tasks, ...queues, ...beat, ...shardMetrics(shards)]);
    return new Response(text, {
      headers: { "content-type": METRICS_CONTENT_TYPE, "cache-control": "no-store", "x-content-type-options": "nosniff" },
    });
  };
}

async function measureBeat({ BEAT }: Partial<Env>, now: number): Promise<Metric[]> {
  if (BEAT === undefined) return [];
  try {
    // The declared types are those of the other side of the wire.
    return beatMetrics(await (BEAT.getByName("beat") as unknown as BeatApi).schedules(), now);
  } catch (error) {
    console.error(error);
    return [];
  }
}

/** What `GET /openapi.json` tells of it. */
export const metricsAbout: RouteAbout = {
  id: "readMetrics",
  tag: "deployment",
  summary: "Prometheus metrics",
  answers: { 200: { description: "Prometheus' text format.", type: "text/plain", schema: text } },
};
