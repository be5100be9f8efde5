import { fromColumns } from "../core/columns.ts";
import type { TaskEvent } from "../core/task-event.ts";
import type { Env } from "../env.ts";
import type { EventApi, EventSource, EventsPart } from "./event-api.ts";

/**
 * Reaches the Broker objects for their events. A call that fails is not made again: an object that was reset has forgotten them.
 * @param shards `broker_shards`
 */
export function eventSource(env: Env, shards: number): EventSource {
  return {
    shards,
    async events(shard, request) {
      // The declared types are those of the other side of the wire.
      const stub = env.BROKER.getByName(`shard-${shard}`) as unknown as EventApi;
      const { columns, ...part }: EventsPart = await stub.events(request);
      return columns === undefined ? part : { ...part, events: fromColumns<TaskEvent>(columns) };
    },
  };
}
