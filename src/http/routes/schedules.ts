import type { BeatApi, ScheduleAnswer } from "../../beat/api.ts";
import { scheduleDocument } from "../../core/wire/schedule-document.ts";
import type { Env } from "../../env.ts";
import { jsonAnswer } from "../answer.ts";
import { readJsonObject } from "../json-object.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, listOf, named, objectOf, orNull, text, told } from "../openapi/schemas.ts";
import { readPart } from "../part-query.ts";
import type { HttpContext, RouteHandler } from "../parts.ts";
import { Problem, type Reason } from "../problem.ts";

const EXAMPLE = '{"task": "tasks.add", "schedule": {"hour": 7}, "args": [2, 3]}';
const REASONS = {
  unknown_schedule: "unknown_schedule",
  read_only: "schedule_read_only",
  bad_entry: "bad_schedule",
  refused: "unavailable",
} as const satisfies Record<Extract<ScheduleAnswer, { ok: false }>["code"], Reason>;

/** How many entries an answer tells of at most. */
const MOST_ENTRIES = 1_000;

/** `GET /v1/schedules`: the entries of both sources, by name, `?limit` of them (1 to 1,000, which is the default); `?cursor` goes on where the answer before ended. */
export function listSchedules(): RouteHandler {
  return async (c) => {
    const { entries, cursor } = await beat(c.env).schedulesPart(readPart(c, MOST_ENTRIES));
    return jsonAnswer(JSON.stringify({ schedules: entries.map((entry) => scheduleDocument(entry)), cursor }));
  };
}

/** `GET /v1/schedules/{name}`. */
export function readSchedule(): RouteHandler {
  return async (c) => entryAnswer(await beat(c.env).schedule(nameOf(c)));
}

/** `PUT /v1/schedules/{name}`: adds the entry (201), or replaces it (200). One of wrangler.toml is refused (409). */
export function putSchedule(): RouteHandler {
  return async (c) => {
    const body = await readJsonObject(c.req.raw, EXAMPLE);
    const answer = await beat(c.env).putSchedule(nameOf(c), JSON.stringify(body));
    return entryAnswer(answer, answer.created ? 201 : 200);
  };
}

/** `DELETE /v1/schedules/{name}`: 204. Tasks that were sent stay. */
export function deleteSchedule(): RouteHandler {
  return async (c) => {
    const answer = await beat(c.env).deleteSchedule(nameOf(c));
    if (!answer.ok) throw problemOf(answer);
    return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  };
}

/** `POST /v1/schedules/{name}/enable` and `/disable`. */
export function enableSchedule(enabled: boolean): RouteHandler {
  return async (c) => entryAnswer(await beat(c.env).enableSchedule(nameOf(c), enabled));
}

/** `POST /v1/schedules/{name}/run`: sends the entry now, beside its schedule; 202 with the task's id. */
export function runSchedule(): RouteHandler {
  return async (c) => {
    const answer = await beat(c.env).runSchedule(nameOf(c));
    if (!answer.ok) throw problemOf(answer);
    const path = c.req.path;
    const location = `${path.slice(0, path.lastIndexOf("/v1/schedules/"))}/v1/results/${answer.taskId}`;
    return jsonAnswer(JSON.stringify({ task_id: answer.taskId, status: "PENDING" }), 202, location);
  };
}

function entryAnswer(answer: ScheduleAnswer, status = 200): Response {
  if (!answer.ok) throw problemOf(answer);
  return jsonAnswer(JSON.stringify(scheduleDocument(answer.entry, answer.warning)), status);
}

function problemOf({ code, message, faults }: Extract<ScheduleAnswer, { ok: false }>): Problem {
  return new Problem(REASONS[code], message, { faults });
}

function beat(env: Env): BeatApi {
  // A stub's methods answer what the object's do; its type says so in other words.
  return env.BEAT.getByName("beat") as unknown as BeatApi;
}

function nameOf(c: HttpContext): string {
  return c.req.param("name") ?? "";
}

const ENTRY = { 200: json("The entry.", named("Entry")) };

/** What `GET /openapi.json` tells of it. */
export const listSchedulesAbout: RouteAbout = {
  id: "listSchedules",
  tag: "schedules",
  summary: "List the beat entries",
  query: {
    limit: told({ type: "integer", minimum: 1, maximum: MOST_ENTRIES }, "How many entries at most."),
    cursor: told(text, "Where the answer before ended."),
  },
  answers: {
    200: json("By name; a cursor of null: there are no more.", objectOf({ schedules: listOf(named("Entry")), cursor: orNull(text) })),
  },
  problems: ["bad_query"],
};

/** What `GET /openapi.json` tells of it. */
export const readScheduleAbout: RouteAbout = {
  id: "readSchedule",
  tag: "schedules",
  summary: "Read a beat entry",
  answers: ENTRY,
  problems: ["unknown_schedule"],
};

/** What `GET /openapi.json` tells of it. */
export const putScheduleAbout: RouteAbout = {
  id: "putSchedule",
  tag: "schedules",
  summary: "Add or replace a beat entry",
  text: "Those of `wrangler.toml` cannot be replaced.",
  body: {
    required: true,
    content: { "application/json": objectOf({ task: text, schedule: named("Schedule") }, { open: true }) },
  },
  answers: { ...ENTRY, 201: json("It is new.", named("Entry")) },
  problems: ["bad_schedule", "schedule_read_only"],
};

/** What `GET /openapi.json` tells of it. */
export const deleteScheduleAbout: RouteAbout = {
  id: "deleteSchedule",
  tag: "schedules",
  summary: "Delete a beat entry",
  answers: { 204: { description: "It is gone. Tasks that were sent stay." } },
  problems: ["unknown_schedule", "schedule_read_only"],
};

/** What `GET /openapi.json` tells of it. */
export const runScheduleAbout: RouteAbout = {
  id: "runSchedule",
  tag: "schedules",
  summary: "Send a beat entry now, beside its schedule",
  answers: { 202: json("Sent.", named("Submitted"), { Location: "Where its result is read." }) },
  problems: ["unknown_schedule"],
};

/** What `GET /openapi.json` tells of it. */
export const enableScheduleAbout: RouteAbout = { ...readScheduleAbout, id: "enableSchedule", summary: "Enable a beat entry" };

/** What `GET /openapi.json` tells of it. */
export const disableScheduleAbout: RouteAbout = { ...readScheduleAbout, id: "disableSchedule", summary: "Disable a beat entry" };
