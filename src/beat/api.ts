import type { ScheduleFacts } from "../core/wire/schedule-document.ts";

/** A Cron Trigger that has fired. */
export interface Trigger {
  /** The line of `[triggers].crons`. */
  cron: string;
  /** The minute it fired for: milliseconds since 1970. */
  at: number;
}

/** An entry as it is shown. */
export interface ScheduleView extends ScheduleFacts {
  /** Where it is written: those of `wrangler.toml` are read-only at run time. */
  source: "wrangler.toml" | "http";
}

/** Asks for some entries, by name. */
export interface SchedulesRequest {
  /** At most so many. */
  limit: number;
  /** Those behind it, as the part before gave it; null: the first ones. */
  cursor: string | null;
}

/** Some entries; `cursor` is null when there are no more. */
export interface SchedulesPart {
  entries: ScheduleView[];
  cursor: string | null;
}

/** How beat answers what is asked of one entry: the entry (as it was, when it is deleted), or why not. */
export type ScheduleAnswer =
  | { ok: true; entry: ScheduleView; warning?: string }
  | {
      ok: false;
      code: "unknown_schedule" | "read_only" | "bad_entry" | "refused";
      message: string;
      faults: { path: string; message: string }[];
    };

/** The RPC surface of the Beat object. */
export interface BeatApi {
  /**
   * The Cron Trigger's tick, or the first request's: reads the entries, sends what is due, arms the alarm for the
   * next. With a trigger, what is bound to it is due. May come late, doubled, or never again: the alarm carries on by itself.
   */
  tick(trigger?: Trigger): Promise<void>;
  /** Every entry of both sources, by name. */
  schedules(): Promise<ScheduleView[]>;
  /** Some of them, by name: only their rows are read. */
  schedulesPart(request: SchedulesRequest): Promise<SchedulesPart>;
  /** Adds or replaces an entry; `definition` is JSON text. */
  putSchedule(name: string, definition: string): Promise<ScheduleAnswer & { created?: boolean }>;
  schedule(name: string): Promise<ScheduleAnswer>;
  deleteSchedule(name: string): Promise<ScheduleAnswer>;
  enableSchedule(name: string, enabled: boolean): Promise<ScheduleAnswer>;
  /** Sends an entry now, beside its schedule. */
  runSchedule(name: string): Promise<{ ok: true; taskId: string } | Extract<ScheduleAnswer, { ok: false }>>;
}
