/** What is told of a beat entry. Instants are milliseconds since 1970. */
export interface ScheduleFacts {
  name: string;
  source: string;
  /** The entry as it was written, as JSON text; "{}" for one whose variables cannot be read any more. */
  definition: string;
  enabled: boolean;
  firstSeen: number;
  /** Null when nothing of it will come. */
  nextRunAt: number | null;
  lastRunAt: number | null;
  totalRunCount: number;
  lastTaskId: string | null;
}

/** The document of one entry in `/v1/schedules`: what was written, and what beat knows of it. Times are ISO 8601, UTC; `warning` is there when given. */
export function scheduleDocument(facts: ScheduleFacts, warning?: string): Record<string, unknown> {
  const written = JSON.parse(facts.definition) as Record<string, unknown>;
  return {
    name: facts.name,
    ...written,
    enabled: facts.enabled,
    source: facts.source,
    next_run_at: isoTime(facts.nextRunAt),
    last_run_at: isoTime(facts.lastRunAt),
    total_run_count: facts.totalRunCount,
    last_task_id: facts.lastTaskId,
    first_seen: isoTime(facts.firstSeen),
    ...(warning === undefined ? {} : { warning }),
  };
}

function isoTime(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
