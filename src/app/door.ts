/**
 * What files of tasks import: the public door without the platform's half of it, which src/celeriac.ts adds (`deploy`). It can be loaded by any JavaScript program, so
 * also by a test in plain vitest.
 */

export type { CallOptions } from "../core/call.ts";
export {
  BacklogFull,
  CeleriacError,
  ImproperlyConfigured,
  NotRegistered,
  RefusedCall,
  TaskRevokedError,
  TimeoutError,
} from "../core/errors.ts";
export { Ignore, Reject, Retry } from "../core/flow.ts";
export { Decimal, PlainDate, PlainTime, Uuid } from "../core/plain-values.ts";
export type { Settings } from "../core/settings.ts";
export { MaxRetriesExceededError, SoftTimeLimitExceeded, TimeLimitExceeded } from "../core/task-errors.ts";
export type { PeriodicOptions, ScheduleForm } from "../core/wire/periodic-entry.ts";
export { chain, chord, group } from "./canvas/canvas.ts";
export type { AnySignature } from "./canvas/flow-types.ts";
export { GroupResult } from "./canvas/group-result.ts";
export type { ResultGraph } from "./canvas/result-graph.ts";
export { ResultSet } from "./canvas/result-set.ts";
export { Signature } from "./canvas/signature.ts";
export type { StepResult as AsyncResult } from "./canvas/step-result.ts";
export { Celeriac } from "./celeriac.ts";
export type { StateUpdate, TaskContext, TaskLogger, TaskRequest } from "./context.ts";
export type { EagerResult } from "./eager-result.ts";
export type { Receiver, SignalName, SignalPayloads } from "./signals.ts";
export { Task } from "./task.ts";
export type { ErrorInfo, TaskHooks } from "./task-hooks.ts";
