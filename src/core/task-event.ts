/** What happens to tasks, as Celery's events tell it: how a shard keeps it for those who listen, and which of it is meant. */

/** Celery's names of a task's events, in the order of a task's life. */
export const EVENT_TYPES = [
  "task-sent",
  "task-received",
  "task-started",
  "task-retried",
  "task-rejected",
  "task-succeeded",
  "task-failed",
  "task-revoked",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One event. Texts are cut to a bound (`CUT`); what its type does not have is absent. */
export interface TaskEvent {
  type: EventType;
  /** The task's id. */
  uuid: string;
  /** The task's name; absent: its call is not at hand any more. */
  name?: string;
  /** When it happened: milliseconds since 1970. */
  at: number;
  /** How many events were told before it, by this shard since its epoch began. */
  sequence: number;
  /** Of `task-sent` and `task-received`: the call's line as JSON text; absent where it is too long. */
  line?: string;
  /** In its place Python's `repr` of the arguments, cut. */
  args?: string;
  kwargs?: string;
  queue?: string;
  retries?: number;
  eta?: number;
  expires?: number;
  /** Of `task-succeeded`: the value as JSON text, cut. */
  result?: string;
  /** Seconds that it ran. */
  runtime?: number;
  /** Of `task-failed` and `task-retried`: Python's `repr` of the exception, cut; and the stack, cut. */
  exception?: string;
  traceback?: string;
  /** Of `task-revoked`: it ran and was ended, or its time was over. */
  terminated?: boolean;
  expired?: boolean;
}

/** The most characters of a text in an event (Celery's `argsrepr`); of a stack ten times as many. */
export const CUT = 1_024;

/** Which events are meant; what is absent is not asked. */
export interface EventFilter {
  /** Any of these types. */
  types?: readonly EventType[];
  /** The task's name. */
  name?: string;
}

/** Whether a filter means an event. */
export function isMeant({ type, name }: TaskEvent, filter: EventFilter): boolean {
  return (filter.types?.includes(type) ?? true) && (filter.name === undefined || filter.name === name);
}

/** The beginning of a text, in letters of its own: a slice would keep the whole text in memory. */
export function cutText(text: string, most: number = CUT): string {
  return text.length <= most ? text : (JSON.parse(JSON.stringify(`${text.slice(0, most - 1)}…`)) as string);
}
