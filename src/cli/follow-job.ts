import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "./cli-error.ts";
import { isRecord, numberOf, textOf } from "./document.ts";
import { startProgress } from "./progress.ts";
import type { Session } from "./session.ts";

const PAUSE = 250;
const ENDS: readonly string[] = ["done", "failed", "SUCCESS", "FAILURE"];

/**
 * Follows a job that works slice by slice (`GET /v1/jobs/{id}`) to its end, with a progress bar, and answers its last document. An answer that names
 * no job is the end already.
 */
export async function followJob(session: Session, answer: unknown, label: string): Promise<unknown> {
  const id = isRecord(answer) ? textOf(answer.id) || textOf(answer.job_id) : "";
  if (id === "") return answer;
  const progress = startProgress(session, label);
  try {
    for (let job: unknown = answer; ; ) {
      if (hasEnded(job)) return job;
      await sleep(PAUSE, undefined, { signal: session.signal });
      job = await session.server.get(`/v1/jobs/${encodeURIComponent(id)}`);
      if (isRecord(job)) progress.advance(numberOf(job.done), typeof job.count === "number" ? job.count : undefined);
    }
  } catch (error) {
    if (session.signal.aborted) throw new CliError(`interrupted; the job goes on in the deployment, as ${id}`, 130);
    throw error;
  } finally {
    progress.end();
  }
}

function hasEnded(job: unknown): boolean {
  return isRecord(job) && (job.ended === true || typeof job.date_done === "string" || ENDS.includes(textOf(job.status)));
}
