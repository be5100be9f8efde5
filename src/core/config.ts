import { isPlanned, otherSettings, replacementOf } from "./celery-settings.ts";
import type { Fault } from "./errors.ts";
import { readFlag } from "./flag.ts";
import { MOST_SHARDS } from "./homes.ts";
import { type HttpSettings, httpSettingReaders } from "./http-settings.ts";
import { describeValue, isPlainObject } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import { isQueueName, QUEUE_NAME } from "./routing.ts";
import { SettingFaults } from "./setting-faults.ts";
import type { TaskSettings } from "./task-settings.ts";
import { defaultTaskSettings, readTaskSettings, taskSettingKeys } from "./task-settings.ts";
import { readDuration } from "./timedelta.ts";

/** The settings of `[vars.celeryconfig]` that apply here. Names and meanings are Celery's, in camelCase. */
export interface Config extends TaskSettings, HttpSettings {
  /** IANA zone of schedules and of naive times; default `UTC`. */
  timezone: string;
  enableUtc: boolean;
  /** Seconds a finished task's result is kept after its end; default 86,400. */
  resultExpires: number;
  /** Show STARTED while a task runs; default false: it reads PENDING until it ends. */
  taskTrackStarted: boolean;
  /** The queue of tasks that name none; default `celery`. */
  taskDefaultQueue: string;
  /** All queues that may be named; always holds the default one. */
  taskQueues: string[];
  /** The bindings of the Cloudflare Queues that ring for queues, by the queue's name. Of those that are not here it is `TRANSPORT`. */
  queueBindings: Readonly<Record<string, string>>;
  /** How many tasks one consumer runs at once; default 100. */
  workerConcurrency: number;
  /** How many consumers may be about at once, a queue: the same number as `max_concurrency` in `[[queues.consumers]]`; default 20. */
  maxConcurrency: number;
  /**
   * How many tasks of a deployment may be accepted and unfinished at once, shared evenly between its shards; a submit for which there is
   * no room is refused whole (`backlog_full`). Default 2,000,000: of the 10 GB that an object holds that is 5 KB a task, for payload,
   * index and the results that are kept beside.
   */
  brokerBacklogLimit: number;
  /** Seconds after which a consumer that was not heard of counts as lost: how long a lease runs unless it is renewed; default 15. */
  workerLostWait: number;
  /** A task fails (`WorkerLostError`) when its consumer was lost so often while it ran that task alone; default 3. */
  workerLostLimit: number;
  /**
   * Over how many Broker objects new work is spread (ours): each commits a few hundred times a second; 1 to 64, default 1. May be raised and
   * lowered at any deploy: what an object has, it keeps. Consumers at once are shared out between them. Idempotency keys and
   * chosen task ids stay spread over as many as there ever were.
   */
  brokerShards: number;
  /** Celery's `beat_cron_starting_deadline`: seconds after which a crontab entry's instant is not sent any more; default: none. */
  beatCronStartingDeadline?: number;
}

/** The configuration of a deployment that has no `[vars.celeryconfig]`. */
export const defaultConfig: Readonly<Config> = Object.freeze({
  ...defaultTaskSettings,
  timezone: "UTC",
  enableUtc: true,
  resultExpires: 86_400,
  taskTrackStarted: false,
  taskDefaultQueue: "celery",
  taskQueues: ["celery"],
  queueBindings: {},
  workerConcurrency: 100,
  maxConcurrency: 20,
  brokerBacklogLimit: 2_000_000,
  workerLostWait: 15,
  workerLostLimit: 3,
  brokerShards: 1,
  httpSubmitRateLimit: null,
  httpCorsOrigins: [],
});

/** What one key's reader is handed: the draft to write to, and ways to say what is wrong or worth a warning. */
interface Draft {
  config: Config;
  refuse(expected: string): void;
  warn(message: string): void;
}

const WHERE = "[vars.celeryconfig]";
const HIGHEST_CONCURRENCY = 1_000;
/** The most consumers that Cloudflare Queues runs at once for one queue. */
const HIGHEST_CONSUMERS = 250;
const HIGHEST_BACKLOG = 1_000_000_000;
/** A consumer renews its lease every third of this (seconds): shorter, and a slow call would lose it; longer, and a crash would be felt for long. */
const LOST_WAIT = { shortest: 1, longest: 900 };
const HIGHEST_LOST_LIMIT = 100;
const JSON_NAMES = new Set(["json", "application/json"]);
/** Parts of a kombu Queue that mean something to AMQP only. */
const AMQP_PARTS = new Set([
  "exchange",
  "exchange_type",
  "routing_key",
  "queue_arguments",
  "consumer_arguments",
  "binding_arguments",
  "durable",
]);

const READERS: ReadonlyMap<string, (value: unknown, draft: Draft) => void> = new Map<string, (value: unknown, draft: Draft) => void>([
  ["timezone", readTimezone],
  ["enable_utc", (value, draft) => readBoolean(value, draft, (flag) => ({ enableUtc: flag }))],
  ["result_expires", readResultExpires],
  ["task_track_started", (value, draft) => readBoolean(value, draft, (flag) => ({ taskTrackStarted: flag }))],
  ["task_default_queue", readDefaultQueue],
  ["task_queues", readQueues],
  ["worker_concurrency", (value, draft) => readCount(value, draft, HIGHEST_CONCURRENCY, (count) => ({ workerConcurrency: count }))],
  ["max_concurrency", (value, draft) => readCount(value, draft, HIGHEST_CONSUMERS, (count) => ({ maxConcurrency: count }))],
  ["broker_backlog_limit", (value, draft) => readCount(value, draft, HIGHEST_BACKLOG, (count) => ({ brokerBacklogLimit: count }))],
  ["worker_lost_wait", readLostWait],
  ["beat_cron_starting_deadline", readStartingDeadline],
  ["worker_lost_limit", (value, draft) => readCount(value, draft, HIGHEST_LOST_LIMIT, (count) => ({ workerLostLimit: count }))],
  ["broker_shards", (value, draft) => readCount(value, draft, MOST_SHARDS, (count) => ({ brokerShards: count }))],
  ...Object.keys(httpSettingReaders).map((key): [string, (value: unknown, draft: Draft) => void] => [
    key,
    (value, draft) => readHttp(key, value, draft),
  ]),
  ["task_serializer", readSerializer],
  ["result_serializer", readSerializer],
  ["accept_content", readContent],
  ["result_accept_content", readContent],
]);

const ALL_SETTINGS = [...READERS.keys(), ...taskSettingKeys, ...otherSettings];

/** The names of all settings that are known, whether they apply or not, as `[vars.celeryconfig]` has them. */
export const settingNames: readonly string[] = ALL_SETTINGS;

/**
 * Reads `[vars.celeryconfig]`: Celery's settings by their names in `celeryconfig.py`, and those that are ours (`max_concurrency`,
 * `broker_backlog_limit`, `broker_shards`, `worker_lost_limit`, `http_submit_rate_limit`, `http_cors_origins`). Nothing given means the defaults. Booleans may be words (`"yes"`, `"off"`), as in Celery.
 * Settings that cannot apply here are named in one warning with
 * what replaces them; those that a later version will act on in another.
 * @throws ImproperlyConfigured with every fault: a key that nobody knows, or a value of the wrong kind.
 */
export function readConfig(value: unknown): { config: Config; warnings: string[] } {
  const config: Config = { ...defaultConfig, taskQueues: [] };
  const warnings: string[] = [];
  if (value !== undefined) {
    const faults = new SettingFaults(WHERE);
    readTable(value, config, warnings, faults);
    faults.raise();
  }
  config.taskQueues = [...new Set([config.taskDefaultQueue, ...config.taskQueues])];
  return { config, warnings };
}

/** What is wrong with a table of settings, everything at once: what `readConfig` would throw. */
export function findSettingFaults(table: Readonly<Record<string, unknown>>): readonly Fault[] {
  const faults = new SettingFaults(WHERE);
  readTable(table, { ...defaultConfig, taskQueues: [] }, [], faults);
  return faults.faults;
}

function readTable(value: unknown, config: Config, warnings: string[], faults: SettingFaults): void {
  const replaced: string[] = [];
  const planned: string[] = [];
  if (!isPlainObject(value)) faults.expected("", "a table of settings", value);
  const task = readTaskSettings(isPlainObject(value) ? value : {});
  Object.assign(config, task.settings);
  faults.faults.push(...task.faults);
  warnings.push(...task.warnings.map((warning) => `${WHERE} ${warning}`));
  for (const [key, setting] of isPlainObject(value) ? Object.entries(value) : []) {
    const read = READERS.get(key);
    const replacement = replacementOf(key);
    if (read) {
      const refuse = (expected: string) => faults.expected(key, expected, setting);
      read(setting, { config, refuse, warn: (message) => warnings.push(`${WHERE} ${key}: ${message}`) });
    } else if (replacement !== undefined) replaced.push(`${key} (replaced by ${replacement})`);
    else if (isPlanned(key)) planned.push(key);
    else if (!taskSettingKeys.has(key)) faults.add(key, unknownKey(key));
  }
  if (replaced.length > 0) warnings.unshift(`${WHERE}: settings that do not apply here: ${replaced.join("; ")}`);
  if (planned.length > 0) warnings.push(`${WHERE}: not supported yet; ignored: ${planned.join(", ")}`);
}

function unknownKey(key: string): string {
  if (key === "beat_schedule") return "beat entries have tables of their own: write [vars.beat_schedule.<name>]";
  if (/^[A-Z0-9_]+$/.test(key)) {
    const name = lowerCase(key);
    return `settings are in lower case${name === undefined ? hint(key.toLowerCase()) : `; did you mean '${name}'?`}`;
  }
  return `unknown setting${hint(key)}`;
}

function hint(key: string): string {
  return didYouMean(key, ALL_SETTINGS) || "; it is none of Celery's";
}

/** The lower-case name of a setting in its old or Django form (`CELERYD_CONCURRENCY`, `CELERY_BROKER_URL`), where Celery has one. */
function lowerCase(key: string): string | undefined {
  const bare = key.toLowerCase().replace(/^celery(d|beat)?_/, "");
  const room = key.startsWith("CELERYD_") ? ["worker_"] : key.startsWith("CELERYBEAT_") ? ["beat_"] : ["", "task_", "result_"];
  const candidates = room.map((prefix) => prefix + bare).concat(bare.replace(/^task_result_/, "result_"));
  return candidates.find((name) => name === "beat_schedule" || ALL_SETTINGS.includes(name));
}

function readTimezone(value: unknown, draft: Draft): void {
  if (typeof value !== "string" || !isZone(value)) {
    draft.refuse('the IANA name of a time zone, such as "Asia/Shanghai"');
    return;
  }
  draft.config.timezone = value;
}

function isZone(name: string): boolean {
  // Offsets such as "+08:00" pass Intl, but are no zones to Celery.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readHttp(key: string, value: unknown, draft: Draft): void {
  const read = httpSettingReaders[key]?.(value);
  if (read === undefined) return;
  if ("expected" in read) draft.refuse(read.expected);
  else Object.assign(draft.config, read.settings);
}

function readResultExpires(value: unknown, draft: Draft): void {
  const duration = readDuration(value);
  if ("fault" in duration || duration.milliseconds <= 0) {
    draft.refuse("a number of seconds above 0 or a table such as { days = 1 } (results cannot be kept for ever)");
    return;
  }
  draft.config.resultExpires = duration.milliseconds / 1000;
}

function readStartingDeadline(value: unknown, draft: Draft): void {
  const duration = readDuration(value);
  const seconds = "fault" in duration ? Number.NaN : duration.milliseconds / 1000;
  if (seconds >= 0) draft.config.beatCronStartingDeadline = seconds;
  else draft.refuse("a number of seconds, at least 0, or a table such as { minutes = 5 }");
}

function readLostWait(value: unknown, draft: Draft): void {
  const { shortest, longest } = LOST_WAIT;
  const duration = readDuration(value);
  const seconds = "fault" in duration ? Number.NaN : duration.milliseconds / 1000;
  if (seconds >= shortest && seconds <= longest) draft.config.workerLostWait = seconds;
  else draft.refuse(`a number of seconds, or a table such as { seconds = 15 }, from ${shortest} to ${longest} seconds`);
}

function readBoolean(value: unknown, draft: Draft, put: (flag: boolean) => Partial<Config>): void {
  const flag = readFlag(value);
  if (flag !== undefined) Object.assign(draft.config, put(flag));
  else draft.refuse("true or false");
}

function readCount(value: unknown, draft: Draft, highest: number, put: (count: number) => Partial<Config>): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= highest) Object.assign(draft.config, put(value));
  else draft.refuse(`a whole number from 1 to ${highest}`);
}

function readDefaultQueue(value: unknown, draft: Draft): void {
  if (!isQueueName(value)) {
    draft.refuse(QUEUE_NAME);
    return;
  }
  draft.config.taskDefaultQueue = value;
}

function readQueues(value: unknown, draft: Draft): void {
  const names: string[] = [];
  const bindings: [queue: string, binding: string][] = [];
  const ignored = new Set<string>();
  for (const queue of Array.isArray(value) ? value : [null]) {
    const { name, binding, ...others }: Record<string, unknown> = isPlainObject(queue) ? queue : { name: queue };
    const parts = Object.keys(others);
    const bound = binding === undefined || (typeof binding === "string" && binding !== "");
    if (!isQueueName(name) || !bound || parts.some((part) => !AMQP_PARTS.has(part))) {
      draft.refuse('an array of queue names, or of tables such as { name = "mail", binding = "MAIL" }');
      return;
    }
    names.push(name);
    if (typeof binding === "string") bindings.push([name, binding]);
    for (const part of parts) ignored.add(part);
  }
  if (ignored.size > 0) draft.warn(`${[...ignored].join(", ")} ignored: there is no AMQP here; a queue is known by its name alone`);
  draft.config.taskQueues = names;
  draft.config.queueBindings = Object.fromEntries(bindings);
}

function readSerializer(value: unknown, draft: Draft): void {
  if (value !== "json") draft.refuse('"json", the only serializer here');
}

function readContent(value: unknown, draft: Draft): void {
  const kinds: unknown[] = Array.isArray(value) ? value : [null];
  if (!kinds.every((kind) => typeof kind === "string") || !kinds.some((kind) => JSON_NAMES.has(kind))) {
    draft.refuse('an array of content types with "json" among them');
    return;
  }
  const others = kinds.filter((kind) => !JSON_NAMES.has(kind));
  if (others.length > 0) draft.warn(`only json is accepted here; ignored: ${others.map(describeValue).join(", ")}`);
}
