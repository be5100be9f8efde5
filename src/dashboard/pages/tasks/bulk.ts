import type { Job } from "../../../client/control.ts";
import type { ResultsFilter } from "../../../client/filter.ts";
import { client } from "../../session.ts";

/** What can be done to many tasks at once. */
export type Work = "revoke" | "terminate" | "retry" | "forget";

/** Which states each work is for. */
export const STATES_OF: Readonly<Record<Work, readonly string[]>> = {
  revoke: ["PENDING", "STARTED", "RETRY"],
  terminate: ["PENDING", "STARTED", "RETRY"],
  retry: ["SUCCESS", "FAILURE", "REVOKED"],
  forget: ["SUCCESS", "FAILURE", "REVOKED"],
};

/** What happens, said before it does. */
export const TEXT_OF: Readonly<Record<Work, string>> = {
  revoke: "What waits ends as REVOKED. What runs goes on.",
  terminate: "What waits ends as REVOKED, and what runs is told to stop.",
  retry: "Each is called again with the same arguments under a new id, by itself and outside of its canvas.",
  forget: "Their results are deleted. This cannot be undone.",
};

/** How many requests are made at once for tasks that were chosen one by one. */
const AT_ONCE = 8;
const POLL_MILLISECONDS = 400;

/** Does it to these tasks, and tells how many are done. Answers how many there were that it could not be done to. */
export async function workOn(ids: readonly string[], work: Work, progress: (done: number) => void): Promise<number> {
  const left = [...ids];
  let done = 0;
  let refused = 0;
  const one = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const isDone = await workOnOne(id, work).catch(() => false);
      if (!isDone) refused += 1;
      done += 1;
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return refused;
}

/** Does it to all tasks that a filter means, or only counts them, and tells how many so far. */
export async function workWhere(filter: ResultsFilter, work: Work, isDry: boolean, progress: (done: number) => void): Promise<number> {
  const meant = { ...filter, status: statesOf(filter, work), ...(filter.since === undefined ? { since: new Date(0) } : {}) };
  let job = await started(meant, work, isDry);
  while (job.dateDone === null) {
    progress(job.done);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    job = await client.control.job(job.id);
  }
  return job.count ?? job.done;
}

/** Of the states that are asked for those that the work is for. */
export function statesOf(filter: ResultsFilter, work: Work): string[] {
  const asked = typeof filter.status === "string" ? [filter.status] : (filter.status ?? []);
  return STATES_OF[work].filter((state) => asked.length === 0 || asked.includes(state));
}

async function workOnOne(id: string, work: Work): Promise<boolean> {
  switch (work) {
    case "revoke":
    case "terminate": {
      const became = await client.control.revoke(id, { terminate: work === "terminate" });
      return became === "revoked";
    }
    case "retry":
      await client.retry(id);
      return true;
    case "forget":
      await client.AsyncResult(id).forget();
      return true;
  }
}

function started(filter: ResultsFilter, work: Work, dryRun: boolean): Promise<Job> {
  switch (work) {
    case "revoke":
    case "terminate":
      return client.control.revokeWhere(filter, { terminate: work === "terminate", dryRun });
    case "retry":
      return client.control.retryWhere(filter, { dryRun });
    case "forget":
      return client.control.forgetWhere(filter, { dryRun });
  }
}
