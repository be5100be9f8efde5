import { afterBadEnd } from "./acknowledgement.ts";
import type { Call, CallLimits, CallOptions, Line } from "./call.ts";
import type { Fault } from "./errors.ts";
import type { TaskDefinition } from "./task-definition.ts";
import { findTimeLimitFaults } from "./time-limits.ts";
import { uniqueKey } from "./unique.ts";

/**
 * What is wrong with the options of a call for this task, though each by itself may be right: a soft time limit above the hard one that it would hold with, whoever
 * gave that; a key of turns for a task that says nothing of how many run at once.
 */
export function findMisfits(options: CallOptions, definition: TaskDefinition): Fault[] {
  const { timeLimit, softTimeLimit, concurrencyKey } = options;
  const faults: Fault[] = [];
  if (timeLimit !== undefined || softTimeLimit !== undefined) {
    const own = { hard: definition.timeLimit, soft: definition.softTimeLimit };
    faults.push(...findTimeLimitFaults({ hard: timeLimit, soft: softTimeLimit }, own));
  }
  if (concurrencyKey !== undefined && definition.concurrency === undefined) {
    const message = `${definition.name} runs any number at once: say how many of a key, by its option \`concurrency\`, where it is registered`;
    faults.push({ path: "concurrencyKey", message });
  }
  return faults;
}

/** Writes into a call's line what its consumer and its readers are to know of the options. */
export function noteOptions(line: Line, options: CallOptions, definition: TaskDefinition, taskTrackStarted: boolean): void {
  const { timeLimit, softTimeLimit, maxRetries, stamps } = options;
  if (timeLimit !== undefined || softTimeLimit !== undefined) line.timelimit = [timeLimit ?? null, softTimeLimit ?? null];
  if (maxRetries !== undefined) line.max_retries = maxRetries;
  if (definition.trackStarted !== undefined && definition.trackStarted !== taskTrackStarted) line.track_started = definition.trackStarted;
  if (stamps === undefined) return;
  const stamped = options.stampedHeaders ?? Object.keys(stamps);
  if (stamped.length === 0) return;
  line.stamped_headers = [...stamped];
  line.stamps = Object.fromEntries(stamped.map((name) => [name, stamps[name]]));
}

/** Adds what the broker must know of a call by its task, once its line is written: limits, who bears the risk of a lost consumer, stamps, equal calls. */
export function addTerms(call: Call, line: Line, options: CallOptions, definition: TaskDefinition): void {
  const limits = limitsOf(options, definition);
  if (limits !== undefined) call.limits = limits;
  if (definition.acks !== undefined && afterBadEnd("lease_lost", definition.acks) === "fail") call.atMostOnce = true;
  if (line.stamps !== undefined) call.stamps = line.stamps;
  if (definition.uniqueFor !== undefined && options.idempotencyKey === undefined) {
    // Options play no part, so that the same arguments are never another call under the same key.
    call.idempotency = { key: keyOf(line, definition), fingerprint: "unique", seconds: definition.uniqueFor };
  }
}

function limitsOf({ concurrencyKey }: CallOptions, { name, perSecond, concurrency }: TaskDefinition): CallLimits | undefined {
  if (concurrency === undefined && (perSecond === undefined || perSecond === null)) return undefined;
  const limits: CallLimits = { name };
  if (typeof perSecond === "number") limits.perSecond = perSecond;
  if (concurrency !== undefined) limits.concurrency = { key: concurrencyKey ?? name, most: concurrency };
  return limits;
}

function keyOf({ args = [], kwargs = {} }: Line, definition: TaskDefinition): string {
  // Arguments that were not checked may not fit: they are compared as they were given.
  return uniqueKey(definition.typing === false ? { name: definition.name } : definition, args, kwargs);
}
