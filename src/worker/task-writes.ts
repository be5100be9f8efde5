import type { BrokerClient } from "../broker/api.ts";
import type { Host } from "./running-task.ts";

/** What running tasks write with. */
export interface TaskWritesParts {
  broker: BrokerClient;
  shard: number;
  /** The lease that they are held under; undefined: none are. */
  lease(): string | undefined;
}

/** What a running task writes to the broker before it ends, under the lease that it is held by. */
export function taskWrites({ broker, shard, lease: find }: TaskWritesParts): Required<Pick<Host, "update" | "add">> {
  return {
    async update({ page, slot, attempt }, state, meta) {
      const lease = find();
      if (lease === undefined) return false;
      const answer = await broker.update(shard, { version: 1, lease, page, slot, attempt, state, meta });
      return answer.held;
    },
    async add({ page, slot, attempt }, { calls, plan }) {
      const lease = find();
      if (lease === undefined) return { held: false, member: false, ids: [], groups: [] };
      return broker.addToGroup(shard, { version: 1, lease, page, slot, attempt, added: { calls, plan } });
    },
  };
}
