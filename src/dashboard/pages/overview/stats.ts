/** What of `GET /v1/inspect/stats` is shown. */
export interface Stats {
  shards: {
    shard: number;
    since: string;
    tasks: { accepted: number; ended: number; expired: number };
    backlog?: { unfinished: number; limit: number };
    queues?: { queue: string; consumers?: number }[];
    units: Record<string, number>;
  }[];
  prices_of: string;
  dollars: Record<string, number> & { total: number };
  dollars_per_million_tasks: { total: number } | null;
}

/** Days in what was counted, by which dollars a day are reckoned; undefined: too little was. */
export function daysOf({ shards }: Stats, now: number): number | undefined {
  const first = Math.min(...shards.map(({ since }) => Date.parse(since)));
  const days = (now - first) / 86_400_000;
  return days > 1 / 1440 ? days : undefined;
}

/** Dollars, with the digits that matter: `$0.42`, `$0.000012`. */
export function dollarsText(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 100) return `$${Math.round(dollars).toLocaleString("en")}`;
  if (dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toFixed(Math.min(10, 1 - Math.floor(Math.log10(dollars))))}`;
}
