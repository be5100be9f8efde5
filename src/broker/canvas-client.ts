import { resultTree } from "../core/canvas/result-tree.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import { MOST_SHARDS } from "../core/homes.ts";
import { addressOf, groupAddressOf } from "../core/ids.ts";
import type { Accepted, BrokerApi, CanvasClient, NoCanvas, Refused, Sent, TreePart } from "./api.ts";

/** What a client of canvases stands on. */
export interface CanvasLine {
  submit(workflow: Workflow, sent?: Sent): Promise<Accepted | Refused>;
  at<T>(shard: number, call: (broker: BrokerApi) => Promise<T>): Promise<T>;
  /** The shard that knows a task by an id of its caller's own; undefined: none. */
  find(id: string): Promise<number | undefined>;
  nonce(): string;
}

/** Reaches the Broker objects for canvases: a workflow lies whole in the shard that its ids tell of. */
export function canvasClient(line: CanvasLine): CanvasClient {
  return {
    async start(workflow, { sent } = {}) {
      const answer = await line.submit(workflow, sent);
      if (!answer.ok) return answer;
      const { ids, groups = [] } = answer;
      return { ok: true, ids, groups, tree: resultTree(workflow.handle, { ids, groups }) };
    },
    async tree(request) {
      const ask = (shard: number): Promise<TreePart | NoCanvas> => line.at(shard, (broker) => broker.tree({ version: 1, ...request }));
      const shard = shardOf(groupAddressOf(request.id) ?? addressOf(request.id));
      const answer = shard === undefined ? UNKNOWN : await ask(shard);
      if (answer.found || answer.why === "expired") return answer;
      // An id of these shapes, too, may be one that a caller chose.
      const home = await line.find(request.id);
      return home === undefined || home === shard ? answer : ask(home);
    },
    async group(request) {
      const shard = shardOf(groupAddressOf(request.id));
      return shard === undefined ? UNKNOWN : line.at(shard, (broker) => broker.group({ version: 1, ...request }));
    },
    addToGroup(shard, request) {
      const nonce = line.nonce();
      return line.at(shard, (broker) => broker.addToGroup({ ...request, nonce }));
    },
  };
}

/** No deployment has more shards: what points beyond them was never given, and wakes no object. */
function shardOf(address: { shard: number } | undefined): number | undefined {
  return address === undefined || address.shard >= MOST_SHARDS ? undefined : address.shard;
}

const UNKNOWN: NoCanvas = { found: false, why: "unknown" };
