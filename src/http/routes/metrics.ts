import { METRICS_CONTENT_TYPE, metricsText } from "../../core/wire/metrics-text.ts";
import { shardMetrics } from "../../core/wire/shard-metrics.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /metrics`: what the broker has counted since its objects were last started, and what it holds, for Prometheus. */
export function metrics(parts: HttpParts): RouteHandler {
  return async (c) => {
    const text = metricsText(shardMetrics(await parts.broker(c.env).stats()));
    return new Response(text, {
      headers: { "content-type": METRICS_CONTENT_TYPE, "cache-control": "no-store", "x-content-type-options": "nosniff" },
    });
  };
}
