import type { InspectKind } from "../../broker/api.ts";
import { VIRTUAL_WORKER } from "../../core/virtual-worker.ts";
import { inspectedConf, inspectedRequest, inspectedSchedule } from "../../core/wire/inspect-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout, Schema } from "../openapi/route-about.ts";
import { anyObject, id, json, listOf, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { revokedIds } from "../revoked-ids.ts";

/** How many tasks one answer shows at most. */
export const MOST_INSPECTED = 1_000;

/**
 * `GET /v1/inspect/active`, `reserved` and `scheduled`: as `celery inspect`, under the name of the deployment's one worker: what runs, what consumers have taken beyond what
 * they run at once, and what waits for its time. At most 1,000 tasks; `GET /v1/results` lists all.
 */
export function inspectTasks(parts: HttpParts, kind: InspectKind): RouteHandler {
  return async (c) => {
    const tasks = await parts.broker(c.env).looks.inspect(kind, MOST_INSPECTED);
    return answer(tasks.map(kind === "scheduled" ? inspectedSchedule : inspectedRequest));
  };
}

/** `GET /v1/inspect/revoked`: the ids of the tasks that were revoked, the newest first, 1,000 at most; of those that were accepted long ago only the list tells. */
export function inspectRevoked(parts: HttpParts): RouteHandler {
  return async (c) => answer(await revokedIds(parts.broker(c.env).looks, MOST_INSPECTED));
}

/** `GET /v1/inspect/registered`: the names of the registered tasks. */
export function inspectRegistered(parts: HttpParts): RouteHandler {
  return async () => answer([...parts.registry.names()].toSorted());
}

/** `GET /v1/inspect/conf`: the settings under Celery's names. */
export function inspectConf(parts: HttpParts): RouteHandler {
  return async (c) => answer(inspectedConf(parts.config(c.env)));
}

/** `GET /v1/inspect/ping`: `{"ok": "pong"}` when the broker answers. */
export function inspectPing(parts: HttpParts): RouteHandler {
  return async (c) => {
    await parts.broker(c.env).stats();
    return answer({ ok: "pong" });
  };
}

function answer(body: unknown): Response {
  return jsonAnswer(JSON.stringify({ [VIRTUAL_WORKER]: body }));
}

/** What `GET /openapi.json` tells of them. */
export const inspectActiveAbout = about("Active", "What runs", listOf(anyObject));
export const inspectReservedAbout = about("Reserved", "What consumers have taken and not begun", listOf(anyObject));
export const inspectScheduledAbout = about("Scheduled", "What waits for its time", listOf(anyObject));
export const inspectRevokedAbout = about("Revoked", "The ids of revoked tasks", listOf(id));
export const inspectRegisteredAbout = about("Registered", "The names of the tasks", listOf(text));
export const inspectConfAbout = about("Conf", "The settings", anyObject);
export const inspectPingAbout = about("Ping", "Whether the broker answers", objectOf({ ok: text }));

function about(name: string, summary: string, body: Schema): RouteAbout {
  const answers = { 200: json("By the worker's name, as `celery inspect`.", objectOf({ [VIRTUAL_WORKER]: body })) };
  return { id: `inspect${name}`, tag: "inspect and control", summary, answers };
}
