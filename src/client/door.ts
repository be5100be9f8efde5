/** What `celeriac/client` exports: the way to a deployment for programs that have `fetch` and nothing else. */
export type { AsyncResult } from "../app/async-result.ts";
export type { CallOptions } from "../core/call.ts";
export type { Fault } from "../core/errors.ts";
export { CeleriacError, NotFound, RefusedCall, ResultExpired, TaskRevokedError, TimeoutError } from "../core/errors.ts";
export { Decimal, PlainDate, PlainTime, Uuid } from "../core/plain-values.ts";
export type { ResultDocument } from "../core/wire/read-result-document.ts";
export { Client, type ClientOptions } from "./client.ts";
export type { ClientTask } from "./client-task.ts";
export type { ClientControl, Job } from "./control.ts";
export type { EventsOptions, TaskEvent } from "./event-stream.ts";
export type { ResultsFilter } from "./filter.ts";
export * from "./problem.ts";
export { type Asked, type Fetch, Unreachable } from "./requester.ts";
export type { ScheduleEntry, ScheduleForm, Schedules, ScheduleView } from "./schedules.ts";
export type { TaskView } from "./task-view.ts";
export type { QueueView, TaskDocument } from "./views.ts";
