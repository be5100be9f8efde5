import type { Metric } from "./metrics-text.ts";

/** What beat tells of an entry that is measured here. Instants are milliseconds since 1970. */
export interface MeasuredEntry {
  enabled: boolean;
  nextRunAt: number | null;
  totalRunCount: number;
}

/** Beat's metrics, as of `now`. The lag is that of the entry that is latest: how long ago it should have been sent. */
export function beatMetrics(entries: readonly MeasuredEntry[], now: number): Metric[] {
  const enabled = entries.filter((entry) => entry.enabled);
  const lag = Math.max(0, ...enabled.map(({ nextRunAt }) => (nextRunAt === null ? 0 : now - nextRunAt)));
  const sent = entries.reduce((sum, { totalRunCount }) => sum + totalRunCount, 0);
  return [
    {
      name: "celeriac_beat_lag_seconds",
      help: "How late the entry is that is latest.",
      type: "gauge",
      samples: [{ labels: {}, value: lag / 1000 }],
    },
    { name: "celeriac_beat_entries", help: "Entries that are enabled.", type: "gauge", samples: [{ labels: {}, value: enabled.length }] },
    {
      name: "celeriac_beat_runs",
      help: "How often the entries that there are were sent.",
      type: "gauge",
      samples: [{ labels: {}, value: sent }],
    },
  ];
}
