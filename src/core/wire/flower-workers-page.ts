import type { TaskEvents } from "../task-tally.ts";
import type { ShardStats } from "../units.ts";
import { VIRTUAL_WORKER } from "../virtual-worker.ts";

/**
 * The data of Flower's page of workers (`/workers?json=1`), with the deployment's one worker. The counts of events are there once one has come, as in Flower; `processed` are
 * those that have ended. Counting begins anew when a Broker object is started again. What only a process has is 0 or empty.
 * @param now milliseconds since 1970
 */
export function flowerWorkersPage(shards: readonly ShardStats[], now: number): { data: Record<string, unknown>[] } {
  const counts = new Map<keyof TaskEvents, number>();
  for (const { events } of shards.flatMap(({ byTask = [] }) => byTask)) {
    for (const [event, count] of Object.entries(events) as [keyof TaskEvents, number][])
      counts.set(event, (counts.get(event) ?? 0) + count);
  }
  const count = (event: keyof TaskEvents) => counts.get(event) ?? 0;
  const seen = [...counts].filter(([event, number]) => event !== "sent" && number > 0).map(([event, number]) => [`task-${event}`, number]);
  const active = shards.flatMap(({ queues = [] }) => queues).reduce((sum, { leased }) => sum + leased, 0);
  const worker = {
    hostname: VIRTUAL_WORKER,
    pid: 0,
    status: true,
    active,
    processed: count("succeeded") + count("failed"),
    ...Object.fromEntries(seen),
    heartbeats: [now / 1000],
    freq: 0,
    clock: 0,
    loadavg: [0, 0, 0],
    sw_ident: "celeriac",
    sw_ver: "",
    sw_sys: "Cloudflare Workers",
  };
  return { data: [worker] };
}
