import { systemTimers } from "../../clock.ts";
import type { Fault } from "../../core/errors.ts";
import { readEventPlaces } from "../../core/event-places.ts";
import { MAX_SHARDS } from "../../core/ids.ts";
import { EVENT_TYPES, type EventFilter, type EventType } from "../../core/task-event.ts";
import { eventStream, type StreamRequest } from "../event-stream.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { text, told } from "../openapi/schemas.ts";
import type { HttpContext, HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

const NAMES = ["types", "name", "last_event_id", "token"];

/**
 * `GET /v1/events`: what happens to tasks, as it happens, as server-sent events with Celery's names and fields (`task-sent`, `task-received`, `task-started`, `task-retried`, `task-rejected`,
 * `task-succeeded`, `task-failed`, `task-revoked`); `?types=` some of them, between commas, and `?name=` one task's. The `id` of an event, sent again as the header `Last-Event-ID`
 * (or `?last_event_id=`), goes on behind it; where events were missed the stream says `reset` and goes on from now: what is shown is to be read anew. Each shard remembers its last 10,000
 * events (about 8 MB), in memory only, and for 30 s after the last reader has gone; at least every 15 s something is said, if only a comment.
 * The stream may end at any time, at the latest after 800 calls to the broker (hours when it is quiet, less than a minute when events never stop): connect again.
 *
 * Listening is billed: a Worker request for each connection, a call to each shard every 15 s at least and 20 a second at most, and each shard's object is awake (duration) as
 * long as somebody listens. When nobody does it costs nothing.
 *
 * 422 `bad_query` for a type or a parameter that is none. It needs the scope `read`, or the token of `POST /v1/events/token` as `?token=`.
 */
export function readEvents(parts: HttpParts): RouteHandler {
  return async (c) => {
    const filter = readFilter(c);
    const id = c.req.header("last-event-id") ?? c.req.query("last_event_id") ?? "";
    const request: StreamRequest = id === "" ? { filter } : { filter, places: readEventPlaces(id, MAX_SHARDS) ?? "unknown" };
    const stream = await eventStream(parts.events(c.env), request, systemTimers);
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-content-type-options": "nosniff" };
    return new Response(stream, { headers });
  };
}

function readFilter(c: HttpContext): EventFilter {
  const faults: Fault[] = [];
  for (const parameter of Object.keys(c.req.queries())) {
    if (!NAMES.includes(parameter))
      faults.push({ path: parameter.slice(0, 80), message: `no parameter of this route; there are ${NAMES.join(", ")}` });
  }
  const filter: EventFilter = {};
  const name = c.req.query("name");
  if (name !== undefined) filter.name = name;
  const types = c.req.query("types");
  if (types !== undefined) {
    const wanted = types.split(",").map((type) => type.trim());
    filter.types = wanted.filter((type): type is EventType => EVENT_TYPES.some((known) => known === type));
    if (filter.types.length < wanted.length) {
      const got = JSON.stringify(types.slice(0, 80));
      faults.push({ path: "types", message: `expected some of ${EVENT_TYPES.join(", ")}, between commas, got ${got}` });
    }
  }
  if (faults.length > 0) throw faultyProblem("bad_query", faults);
  return filter;
}

/** What `GET /openapi.json` tells of it. */
export const readEventsAbout: RouteAbout = {
  id: "readEvents",
  tag: "events",
  summary: "Follow what happens to tasks, as server-sent events",
  text: "Celery's task events. An event of type `reset` says that some were missed. The stream may end at any time: connect again with the id of the last event.",
  query: {
    types: told(text, "Only events of these types, between commas, such as task-failed,task-retried."),
    name: told(text, "Only of tasks of this name."),
    last_event_id: told(text, "As the header of that name, for those who cannot send one."),
    token: told(text, "In place of a key: of `POST /v1/events/token`."),
  },
  headers: { "Last-Event-ID": told(text, "Go on behind the event of this id.") },
  answers: { 200: { description: "Events, until the stream ends.", type: "text/event-stream", schema: text } },
  problems: ["bad_query"],
};
