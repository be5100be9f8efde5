import type { Client } from "../../../client/client.ts";
import { queryOf } from "../../../client/query.ts";
import { camelMembers } from "../../../core/wire/camel-members.ts";

/** One task of a workflow, as `GET /v1/results/{id}/tree` tells of it. */
export interface TreeTask {
  taskId: string;
  name: string;
  status: string;
  groupId: string | null;
  /** What comes after it, and what it called. */
  children: readonly string[];
  dateReceived: Date;
  dateStarted: Date | null;
  dateDone: Date | null;
}

/** A workflow, or as much of it as is read. */
export interface Tree {
  rootId: string;
  /** In the order in which they stand in the canvas. */
  tasks: readonly TreeTask[];
  /** Whether there are more tasks than were read. */
  isCut: boolean;
}

/** Parts are of up to 1,000 tasks; more parts than these are not read. */
const MOST_PARTS = 10;

/** Reads the workflow that a task or a group belongs to. @throws UnknownIdProblem, ExpiredProblem */
export async function readTree(client: Pick<Client, "request">, id: string): Promise<Tree> {
  const tasks: TreeTask[] = [];
  let rootId = id;
  let cursor: string | null = null;
  for (let parts = 0; parts < MOST_PARTS; parts++) {
    const path = `/v1/results/${encodeURIComponent(id)}/tree${queryOf({ cursor: cursor ?? undefined })}`;
    const part: { root_id: string; nodes: object[]; cursor: string | null } = await client.request({ method: "GET", path });
    for (const node of part.nodes) tasks.push(camelMembers<TreeTask>(node, /^date_/));
    rootId = part.root_id;
    cursor = part.cursor;
    if (cursor === null) break;
  }
  return { rootId, tasks, isCut: cursor !== null };
}

/** Whether two readings of a workflow are of the same tasks in the same order, each with the same after it: what was drawn for one is good for the other. */
export function isSameShape(one: Tree, other: Tree): boolean {
  return (
    one.tasks.length === other.tasks.length &&
    one.tasks.every((task, index) => {
      const { taskId, children } = other.tasks[index] ?? { taskId: "", children: [] };
      return task.taskId === taskId && task.children.length === children.length;
    })
  );
}
