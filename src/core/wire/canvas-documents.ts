import type { GroupMember, GroupPart, TreeNode, TreePart } from "../canvas/canvas-answers.ts";
import { renderResult } from "./result-document.ts";

/**
 * How a group stands, as JSON text: Celery's `GroupResult`. `ready`: all members have ended; `successful`, `failed`: all have succeeded, one has failed; `completed_count` counts
 * those that have succeeded, as Celery's does. `results` are the documents of its members in order, as many as the part holds: of a member that is a group itself its
 * `group_id`, of one that has expired null.
 */
export function renderGroup({ groupId, parentId, count, successful, failed, ready, members, cursor }: GroupPart): string {
  const standing = { group_id: groupId, parent_id: parentId, ready, successful: ready && successful === count, failed: failed > 0 };
  const head = JSON.stringify({ ...standing, completed_count: successful, count });
  return `${head.slice(0, -1)},"results":[${members.map(renderMember).join(",")}],"cursor":${JSON.stringify(cursor)}}`;
}

/** A part of a workflow as JSON text: its tasks in the order in which they stand in the canvas. Times are ISO-8601 UTC. */
export function renderTree({ rootId, nodes, cursor }: TreePart): string {
  return JSON.stringify({ root_id: rootId, nodes: nodes.map(nodeDocument), cursor });
}

function renderMember(member: GroupMember): string {
  if (member === null) return "null";
  return "task" in member ? renderResult(member.task) : JSON.stringify({ group_id: member.groupId });
}

function nodeDocument({ id, name, state, rootId, parentId, groupId, children, receivedAt, startedAt, doneAt }: TreeNode) {
  return {
    task_id: id,
    name,
    status: state,
    root_id: rootId,
    parent_id: parentId,
    group_id: groupId,
    children,
    date_received: time(receivedAt),
    date_started: time(startedAt),
    date_done: time(doneAt),
  };
}

function time(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
