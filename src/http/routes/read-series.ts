import type { Fault } from "../../core/errors.ts";
import { type HistoryQuery, SPANS, type Span } from "../../core/history.ts";
import { seriesDocument } from "../../core/wire/series-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { count, json, listOf, number, objectOf, orNull, text, told } from "../openapi/schemas.ts";
import type { HttpContext, HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

const NAMES = ["over", "queue"];
const LONGEST = 255;

/**
 * `GET /v1/series?over=hour&queue=celery`: what happened lately, interval after interval, for charts; summed over the shards. `over` is `15m`, `hour` (the default; both by 10
 * seconds) or `day` (by 10 minutes), `queue` one queue instead of all. Kept in the objects' memory: it begins anew when one is started again, and before that there are zeros, and null for
 * what waits. The last interval is not over yet.
 */
export function readSeries(parts: HttpParts): RouteHandler {
  return async (c) => {
    const query = { ...readQuery(c), until: parts.clock.now() };
    return jsonAnswer(JSON.stringify(seriesDocument(query, await parts.broker(c.env).looks.history(query))));
  };
}

function readQuery(c: HttpContext): Pick<HistoryQuery, "over" | "queue"> {
  const asked = c.req.query();
  const { over = "hour", queue } = asked;
  const faults: Fault[] = Object.keys(asked)
    .filter((name) => !NAMES.includes(name))
    .map((name) => ({ path: name.slice(0, 80), message: `no parameter of this route; there are ${NAMES.join(", ")}` }));
  if (!isSpan(over))
    faults.push({ path: "over", message: `expected ${Object.keys(SPANS).join(", ")}, got ${JSON.stringify(over.slice(0, 40))}` });
  if (queue !== undefined && (queue === "" || queue.length > LONGEST))
    faults.push({ path: "queue", message: `expected the name of a queue, 1 to ${LONGEST} characters, got ${queue.length}` });
  if (faults.length > 0 || !isSpan(over)) throw faultyProblem("bad_query", faults);
  return { over, queue: queue ?? null };
}

function isSpan(over: string): over is Span {
  return Object.hasOwn(SPANS, over);
}

const counts = listOf(count);
const seconds = listOf(number);

/** What `GET /openapi.json` tells of it. */
export const readSeriesAbout: RouteAbout = {
  id: "readSeries",
  tag: "inspect and control",
  summary: "What happened lately, for charts",
  text: "Counted in memory: it begins anew when the broker is started again. The last interval is not over yet. Of the first 64 queues each can be asked for; the sums hold all.",
  query: {
    over: told(
      { type: "string", enum: Object.keys(SPANS), default: "hour" },
      "How far back: `15m` and `hour` by 10 seconds, `day` by 10 minutes.",
    ),
    queue: told(text, "Of this queue only."),
  },
  answers: {
    200: json(
      "Each list has one number for each interval, oldest first.",
      objectOf({
        resolution_seconds: told(count, "How long an interval is."),
        from: told(count, "When the first one begins: milliseconds since 1970."),
        series: objectOf({
          received: told(counts, "Accepted."),
          started: told(counts, "Attempts that were handed to a consumer."),
          succeeded: counts,
          failed: counts,
          retried: told(counts, "Attempts that ended with a retry."),
          revoked: counts,
          run_seconds_sum: told(
            seconds,
            "How long those ran together that succeeded or failed: over `succeeded` and `failed` it is the mean.",
          ),
          wait_seconds_sum: told(
            seconds,
            "How long those had waited together that started, from when they could: over `started` it is the mean.",
          ),
          waiting: told(listOf(orNull(count)), "The most tasks that waited, as counted once a second; null: not known."),
        }),
      }),
    ),
  },
  problems: ["bad_query"],
};
