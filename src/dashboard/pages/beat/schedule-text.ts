import { durationText } from "../../parts/duration.ts";

/** The fields of a crontab in the order of its text. */
export const CRONTAB = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"] as const;

/** A schedule in a line, as it is written in an entry: `every 5 min`, `30 2 * * mon-fri`, `once, at 2026-12-24T18:00:00+01:00`. What is not known is told as JSON. */
export function scheduleText({ schedule, cron }: { schedule?: unknown; cron?: unknown }): string {
  if (typeof cron === "string") return `trigger ${cron}`;
  if (typeof schedule === "number") return `every ${schedule < 60 ? `${schedule} s` : durationText(schedule)}`;
  if (typeof schedule === "string") return schedule;
  if (typeof schedule !== "object" || schedule === null) return JSON.stringify(schedule) ?? "";
  const { at, event, lat, lon, relative, ...fields } = schedule as Record<string, unknown>;
  if (at !== undefined) return `once, at ${String(at)}`;
  if (event !== undefined) return `${String(event).replaceAll("_", " ")} at ${String(lat)}°, ${String(lon)}°`;
  if (Object.keys(fields).some((field) => (CRONTAB as readonly string[]).includes(field))) return crontabText(fields);
  const parts = Object.entries(fields).map(([unit, count]) => `${String(count)} ${count === 1 ? unit.replace(/s$/, "") : unit}`);
  return `every ${parts.join(" ")}${relative === true ? ", on the round" : ""}`;
}

/** A crontab's table as its five fields: lists with commas, what is left out as `*`. */
export function crontabText(fields: Readonly<Record<string, unknown>>): string {
  return CRONTAB.map((field) => String(fields[field] ?? "*").replaceAll(/\s+/g, "")).join(" ");
}

/** What an entry sends: its task, or its canvas by Celery's name. */
export function calledText({ task, canvas }: { task?: unknown; canvas?: unknown }): string {
  if (typeof task === "string") return task;
  const { task: kind } = (canvas ?? {}) as { task?: unknown };
  return typeof kind === "string" ? kind : "a canvas";
}
