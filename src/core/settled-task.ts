import type { AckPolicy } from "./acknowledgement.ts";
import { annotationsOf } from "./annotations.ts";
import type { Config } from "./config.ts";
import { ImproperlyConfigured } from "./errors.ts";
import { defaultRetryPolicy } from "./retry.ts";
import { findQueueFault } from "./routing.ts";
import type { RunFields } from "./run-options.ts";
import { readRunOptions } from "./run-options.ts";
import type { TaskDefinition } from "./task-definition.ts";
import { findTimeLimitFaults } from "./time-limits.ts";

/** What holds for a task once the configuration has spoken: where it has a default, there is a value. */
export type SettledFields = RunFields &
  Required<
    Pick<
      TaskDefinition,
      "ignoreResult" | "storeErrorsEvenIfIgnored" | "trackStarted" | "timeLimit" | "softTimeLimit" | "perSecond" | "retry" | "acks"
    >
  >;

/**
 * What holds for a task: `task_annotations`, which win over what the code says, then the task's own, then the `task_*` settings. So nobody who
 * calls or runs it need ask the configuration: null for a limit is none. Done again with the same configuration it comes to the same.
 *
 * Throws `ImproperlyConfigured` when the two together cannot hold: a soft time limit above the hard one, a queue that there is not.
 */
export function settleTask(definition: TaskDefinition, config: Config): SettledFields {
  const { fields } = readRunOptions(annotationsOf(definition.name, config.taskAnnotations), definition);
  const own = { ...definition, ...fields };
  const said = <T>(value: T | undefined, setting: T) => (value === undefined ? setting : value);
  const settled: SettledFields = {
    ...fields,
    ignoreResult: said(own.ignoreResult, config.taskIgnoreResult),
    storeErrorsEvenIfIgnored: said(own.storeErrorsEvenIfIgnored, config.taskStoreErrorsEvenIfIgnored),
    trackStarted: said(own.trackStarted, config.taskTrackStarted),
    timeLimit: said(own.timeLimit, config.taskTimeLimit),
    softTimeLimit: said(own.softTimeLimit, config.taskSoftTimeLimit),
    perSecond: config.workerDisableRateLimits ? null : said(own.perSecond, config.taskDefaultRateLimit),
    retry: own.retry ?? defaultRetryPolicy,
    acks: { ...acksOf(config), ...own.ownAcks },
  };
  const faults = findTimeLimitFaults({ soft: settled.softTimeLimit, hard: settled.timeLimit }).map(({ message }) => message);
  const queueFault = own.queue === undefined ? undefined : findQueueFault(own.queue, config);
  if (queueFault !== undefined) faults.push(`queue: ${queueFault}`);
  if (faults.length > 0) {
    throw new ImproperlyConfigured(`task '${definition.name}', with what [vars.celeryconfig] says of it: ${faults.join("; ")}`);
  }
  return settled;
}

function acksOf(config: Config): AckPolicy {
  return {
    acksLate: config.taskAcksLate,
    rejectOnWorkerLost: config.taskRejectOnWorkerLost,
    acksOnFailure: config.taskAcksOnFailure,
    acksOnTimeout: config.taskAcksOnTimeout,
  };
}
