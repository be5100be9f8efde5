import type { SignatureJson } from "../canvas/signature.ts";
import type { EntryOptions } from "../schedule/entry.ts";
import type { CatchUp } from "../schedule/plan.ts";
import { wirePath } from "./call-options.ts";

/** When an entry is due: a number of seconds, a crontab of five fields, or a table as in `wrangler.toml` (`{ minutes: 1 }`, `{ hour: 7 }`, …). */
export type ScheduleForm = number | string | { readonly [field: string]: unknown };

/** What else `app.addPeriodicTask` takes: the keys of an entry in `wrangler.toml`, in camelCase, with the same defaults. */
export interface PeriodicOptions {
  /** The entry's name. Default: the call as text, such as `tasks.add(16, 16)`. */
  name?: string;
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  options?: EntryOptions;
  enabled?: boolean;
  description?: string;
  /** The IANA name of a time zone; default: the deployment's. */
  timezone?: string;
  oneOff?: boolean;
  startTime?: Date;
  expires?: Date;
  /** Default "one". */
  catchUp?: CatchUp;
  /** Seconds. */
  startingDeadline?: number;
}

/** Makes the entry, as it would stand in `wrangler.toml`, of a periodic task that is added in code. */
export function periodicEntry(schedule: ScheduleForm, sent: string | SignatureJson, given: PeriodicOptions): Record<string, unknown> {
  const { name: _name, options: chosen, oneOff, startTime, catchUp, startingDeadline, ...same } = given;
  const options = chosen && Object.fromEntries(Object.entries(chosen).map(([option, value]) => [wirePath(option), value]));
  const called = typeof sent === "string" ? { task: sent } : { canvas: sent };
  const entry = {
    ...called,
    schedule,
    ...same,
    options,
    one_off: oneOff,
    start_time: startTime,
    catch_up: catchUp,
    starting_deadline: startingDeadline,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

/** The name of an entry that was given none: its call as text, or its canvas as JSON, cut to 200 characters. */
export function periodicName(sent: string | SignatureJson, { args = [], kwargs = {} }: PeriodicOptions): string {
  if (typeof sent !== "string") return JSON.stringify(sent).slice(0, 200);
  const named = Object.entries(kwargs).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${sent}(${[...args.map((value) => JSON.stringify(value)), ...named].join(", ")})`;
}
