import type { ScheduleView } from "../../../client/schedules.ts";
import type { PreviewAsked } from "./preview.ts";

/** How many runs to come are shown. */
export const MOST_RUNS = 10;

/** What is asked about an entry's runs: an interval counts from its next one. undefined: the deployment cannot tell, as a trigger fires when the platform says. */
export function previewOf({ schedule, relative, timezone, nextRunAt, cron }: ScheduleView): PreviewAsked | undefined {
  if (cron !== undefined) return undefined;
  const asked = { schedule: withRelative(schedule, relative), timezone: typeof timezone === "string" ? timezone : "", count: MOST_RUNS };
  return nextRunAt === null ? asked : { ...asked, from: nextRunAt };
}

/** Celery writes `relative` beside the schedule. */
function withRelative(schedule: unknown, relative: unknown): unknown {
  if (relative === undefined) return schedule;
  return typeof schedule === "number" ? { seconds: schedule, relative } : { ...(schedule as object), relative };
}

/** The runs to come: the next one, those after it unless it is to be sent once, none behind its end. An entry that is enabled and has no next run has none. */
export function comingRuns({ enabled, nextRunAt, oneOff, expires }: ScheduleView, fires: readonly Date[]): Date[] {
  if (enabled && nextRunAt === null) return [];
  const all = nextRunAt === null ? [...fires] : [nextRunAt, ...fires];
  const end = typeof expires === "string" ? Date.parse(expires) : Number.POSITIVE_INFINITY;
  return all.slice(0, oneOff === true ? 1 : MOST_RUNS).filter((at) => at.getTime() <= end);
}
