/** The settings of `[vars.celeryconfig]` that say how tasks are called and run, in one table: name, default, what is expected. */
import type { AckPolicy } from "./acknowledgement.ts";
import { defaultAckPolicy } from "./acknowledgement.ts";
import { PRIORITY_STEP } from "./ageing.ts";
import type { Annotation } from "./annotations.ts";
import { readAnnotations } from "./annotations.ts";
import type { Fault } from "./errors.ts";
import { readFlag } from "./flag.ts";
import { describeValue } from "./json-value.ts";
import { readRateLimit } from "./rate-limit.ts";
import { readRoutes } from "./read-routes.ts";
import type { RoutingSettings } from "./routing.ts";
import { defaultRouting, isPriority, PRIORITY } from "./routing.ts";
import { isTimeLimit, TIME_LIMIT } from "./time-limits.ts";

/** Celery's settings of these names; what differs from Celery is told in src/CELERY.md. */
export interface TaskSettings extends Omit<RoutingSettings, "taskQueues" | "taskDefaultQueue"> {
  /** Do not keep return values. Default false. */
  taskIgnoreResult: boolean;
  /** Keep failures even so. Default false. */
  taskStoreErrorsEvenIfIgnored: boolean;
  /** Seconds after which a task is ended, or asked to end; null: never, the default. */
  taskTimeLimit: number | null;
  taskSoftTimeLimit: number | null;
  /** Run a task again whose consumer was lost. Default true, unlike in Celery: at least once. */
  taskAcksLate: boolean;
  taskRejectOnWorkerLost: boolean;
  taskAcksOnFailure: boolean;
  taskAcksOnTimeout: boolean;
  /** Tasks a second, over all consumers, of each task that says nothing; null: any number, the default. */
  taskDefaultRateLimit: number | null;
  /** Let no rate limit hold. Default false. */
  workerDisableRateLimits: boolean;
  /** Calls run at once where they are made, without a broker. Default false. */
  taskAlwaysEager: boolean;
  /** Such runs throw their failures. Default false. */
  taskEagerPropagates: boolean;
  /** What the configuration says of tasks by name. */
  taskAnnotations: readonly Annotation[];
  /** The errbacks of a chord are those of its header's tasks, too. Default false. */
  taskAllowErrorCbOnChordHeader: boolean;
  /** Seconds of waiting that a step of priority is worth, ours; null: priorities are strict. Default 60. */
  priorityAgeing: number | null;
}

interface Setting<T> {
  key: string;
  fallback: T;
  expected: string;
  /** Undefined: it is not what is expected. */
  read(value: unknown): T | undefined;
}

/** What takes more than one value to read: its faults tell where inside. */
type Structured = "taskRoutes" | "taskAnnotations";
type Plain = Exclude<keyof TaskSettings, Structured>;

const { acksLate, acksOnFailure, acksOnTimeout, rejectOnWorkerLost }: AckPolicy = defaultAckPolicy;

const SETTINGS: { [Field in Plain]: Setting<TaskSettings[Field]> } = {
  taskIgnoreResult: flag("task_ignore_result", false),
  taskStoreErrorsEvenIfIgnored: flag("task_store_errors_even_if_ignored", false),
  taskTimeLimit: orNone("task_time_limit", TIME_LIMIT, isTimeLimit),
  taskSoftTimeLimit: orNone("task_soft_time_limit", TIME_LIMIT, isTimeLimit),
  taskAcksLate: flag("task_acks_late", acksLate),
  taskRejectOnWorkerLost: flag("task_reject_on_worker_lost", rejectOnWorkerLost),
  taskAcksOnFailure: flag("task_acks_on_failure", acksOnFailure),
  taskAcksOnTimeout: flag("task_acks_on_timeout", acksOnTimeout),
  taskDefaultRateLimit: {
    key: "task_default_rate_limit",
    fallback: null,
    expected: 'a rate such as "10/s", "10/m", "0.5/h", or a number a second',
    read: readRate,
  },
  workerDisableRateLimits: flag("worker_disable_rate_limits", false),
  taskAlwaysEager: flag("task_always_eager", false),
  taskEagerPropagates: flag("task_eager_propagates", false),
  taskCreateMissingQueues: flag("task_create_missing_queues", defaultRouting.taskCreateMissingQueues),
  taskDefaultPriority: orNone("task_default_priority", PRIORITY, isPriority),
  taskQueueMaxPriority: orNone("task_queue_max_priority", PRIORITY, isPriority),
  taskInheritParentPriority: flag("task_inherit_parent_priority", defaultRouting.taskInheritParentPriority),
  taskAllowErrorCbOnChordHeader: flag("task_allow_error_cb_on_chord_header", false),
  priorityAgeing: {
    key: "priority_ageing",
    fallback: PRIORITY_STEP,
    expected: "a number of seconds, or 0 for strict priorities",
    read: readStep,
  },
};

const STRUCTURED: Readonly<Record<Structured, string>> = { taskRoutes: "task_routes", taskAnnotations: "task_annotations" };
/** Celery's older name for both; the newer ones win. */
const BOTH_ACKS = "task_acks_on_failure_or_timeout";

/** The names of the settings that are read here, as `[vars.celeryconfig]` has them. */
export const taskSettingKeys: ReadonlySet<string> = new Set([
  ...Object.values(SETTINGS).map(({ key }) => key),
  ...Object.values(STRUCTURED),
  BOTH_ACKS,
]);

/** What was read: the settings, those not given by their defaults; every fault; and remarks for people. */
export interface ReadTaskSettings {
  settings: TaskSettings;
  faults: Fault[];
  warnings: string[];
}

/** Reads these settings out of the whole table; other keys are not looked at. `null` (in code) is the default of what may be none, else a fault. */
export function readTaskSettings(table: Readonly<Record<string, unknown>>): ReadTaskSettings {
  const faults: Fault[] = [];
  const warnings: string[] = [];
  const routes = readRoutes(table[STRUCTURED.taskRoutes], STRUCTURED.taskRoutes);
  const annotated = readAnnotations(table[STRUCTURED.taskAnnotations], STRUCTURED.taskAnnotations);
  const settings: TaskSettings = { ...plainDefaults(), taskRoutes: routes.routers, taskAnnotations: annotated.annotations };
  const both = table[BOTH_ACKS] === undefined ? undefined : readFlag(table[BOTH_ACKS]);
  if (both !== undefined) Object.assign(settings, { taskAcksOnFailure: both, taskAcksOnTimeout: both });
  else if (table[BOTH_ACKS] !== undefined) faults.push(refusal(BOTH_ACKS, "true or false", table[BOTH_ACKS]));
  for (const [field, { key, expected, read }] of Object.entries(SETTINGS)) {
    if (table[key] === undefined) continue;
    const value = read(table[key]);
    if (value === undefined) faults.push(refusal(key, expected, table[key]));
    else Object.assign(settings, { [field]: value });
  }
  const { taskSoftTimeLimit: soft, taskTimeLimit: hard } = settings;
  if (soft !== null && hard !== null && soft > hard) {
    faults.push({ path: "task_soft_time_limit", message: `expected at most task_time_limit, which is ${hard}, got ${soft}` });
  }
  if (routes.ignored.length > 0) {
    warnings.push(`task_routes: ${routes.ignored.join(", ")} ignored: there is no AMQP here; a queue is known by its name alone`);
  }
  return { settings, faults: [...faults, ...routes.faults, ...annotated.faults], warnings };
}

/** The settings of a deployment that gives none. */
export const defaultTaskSettings: Readonly<TaskSettings> = Object.freeze(readTaskSettings({}).settings);

function plainDefaults(): Omit<TaskSettings, Structured> {
  const entries = Object.entries(SETTINGS).map(([field, { fallback }]) => [field, fallback]);
  // One entry for each field of SETTINGS, whose type holds every one.
  return Object.fromEntries(entries) as Omit<TaskSettings, Structured>;
}

function flag(key: string, fallback: boolean): Setting<boolean> {
  return { key, fallback, expected: "true or false", read: readFlag };
}

function orNone(key: string, expected: string, accepts: (value: unknown) => value is number): Setting<number | null> {
  return { key, fallback: null, expected, read: (value) => (value === null || accepts(value) ? value : undefined) };
}

function readRate(value: unknown): number | null | undefined {
  const rate = readRateLimit(value);
  return "fault" in rate ? undefined : rate.perSecond;
}

function readStep(value: unknown): number | null | undefined {
  if (value === 0 || value === null) return null;
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function refusal(key: string, expected: string, got: unknown): Fault {
  return { path: key, message: `expected ${expected}, got ${describeValue(got)}` };
}
