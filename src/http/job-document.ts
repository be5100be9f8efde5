import type { JobProgress } from "../core/task-job.ts";
import type { Schema } from "./openapi/route-about.ts";
import { count, flag, id, objectOf, orNull, time, told } from "./openapi/schemas.ts";

/** A job as JSON text. */
export function renderJob({ id, kind, dryRun, done, doneAt }: JobProgress & { id: string }): string {
  const ended = doneAt !== null;
  const date = ended ? new Date(doneAt).toISOString() : null;
  return JSON.stringify({ id, kind, dry_run: dryRun, count: ended ? done : null, done, date_done: date });
}

/** Its schema. */
export const JOB: Schema = objectOf({
  id: told(id, "For GET /v1/jobs/{id}."),
  kind: { enum: ["revoke", "retry", "forget"] },
  dry_run: told(flag, "The tasks are only counted."),
  count: told(orNull(count), "How many tasks, once it has ended."),
  done: told(count, "How many it was so far."),
  date_done: orNull(time),
});
