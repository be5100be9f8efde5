import type { Order, TaskFacts } from "./task-facts.ts";

/** The first attempt is never granted alone, and three that are must be lost before a task fails for it. */
const LEAST_LOST_ATTEMPTS = 4;

/** What contradicts the final state that was read of a task; nothing when all is well. */
export function findResultFault(task: TaskFacts, order: Order | undefined): string | undefined {
  const { final, grants, executions } = task;
  if (final === undefined) return undefined;
  if (final.state === "REVOKED") {
    const [why] = (JSON.parse(final.result ?? "null") as { exc_message: unknown[] }).exc_message;
    if (why === "revoked") return task.asked === undefined ? "nobody has revoked it" : undefined;
    if (why === "terminated") return task.asked === "terminate" ? undefined : "nobody has terminated it";
    const expired = order?.expires !== undefined && (final.doneAt ?? 0) >= order.expires;
    return expired ? undefined : "it had not expired";
  }
  if (task.revocation === "revoked" || task.revocation === "terminated") return `it was ${task.revocation}`;
  const value: unknown = JSON.parse(final.result ?? "null");
  if (final.state === "SUCCESS") {
    if (order !== undefined && order.kind !== "ends") return `it is a task that ${order.kind}`;
    const retries = order?.retries ?? final.retries;
    return final.retries === retries ? findExecutionFault(task, value) : `it was retried ${final.retries} times, and asked for ${retries}`;
  }
  const { exc_type: type, exc_message: message } = value as { exc_type: string; exc_message: unknown[] };
  if (type === "WorkerLostError") {
    const attempts = Math.max(0, ...grants.keys());
    return attempts >= LEAST_LOST_ATTEMPTS ? undefined : `only ${attempts} attempts were granted`;
  }
  if (type !== "RangeError") return `expected the task's own error, got ${type}`;
  if (order !== undefined && order.kind !== "fails") return `it is a task that ${order.kind}`;
  return executions.size === 0 ? "it was never started" : findExecutionFault(task, message[0]);
}

function findExecutionFault({ executions }: TaskFacts, value: unknown): string | undefined {
  for (const [attempt, execution] of executions) {
    if (execution.value !== value) continue;
    if (!execution.finished) return `attempt ${attempt} was not finished`;
    // An outcome counts as long as no later attempt was granted.
    const last = Math.max(...executions.keys());
    return attempt === last ? undefined : `it is the outcome of attempt ${attempt}, and attempt ${last} was started before`;
  }
  return "no execution has returned this";
}
