import type { Chance, HostileRequest } from "./hostile.ts";

/** Ids that answers have given, the newest of them; what reads, revokes and retries is asked for them as well. */
export class GivenIds {
  readonly #ids: string[] = [];

  /** Takes the ids out of an answer: `task_id`, `task_ids`, `group_id`, `job_id` and Flower's `task-id`. */
  note(text: string): void {
    for (const [, id = ""] of text.slice(0, MOST_READ).matchAll(ID)) this.#ids.push(id);
    if (this.#ids.length > MOST_KEPT) this.#ids.splice(0, this.#ids.length - MOST_KEPT);
  }

  /** One of them; undefined while there is none. */
  pick(chance: Chance): string | undefined {
    return this.#ids[Math.floor(chance() * this.#ids.length)];
  }
}

/** Characters of an answer that are looked at for ids. */
const MOST_READ = 20_000;
const MOST_KEPT = 500;
const ID = /"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/g;

type Sound = (chance: Chance, id: string) => readonly [method: string, path: string, body?: unknown];

const add = (...args: unknown[]) => ({ task: "tasks.add", args });
/** Celery's own JSON of a canvas. */
const canvas = (kind: string, kwargs: object) => ({ task: `celery.${kind}`, args: [], kwargs, options: {}, subtask_type: kind });
const SOUND: readonly Sound[] = [
  (chance) => ["POST", "/v1/tasks/tasks.add", { args: [1, chance()], priority: Math.floor(chance() * 10) }],
  () => ["POST", "/v1/tasks/tasks.add?wait=1", { args: [2, 3], headers: { from: "fuzz" } }],
  () => ["POST", "/v1/tasks/tasks.add", { args: [2, 3], countdown: 600, expires: 900, stamps: { fuzz: "yes" } }],
  (chance) => ["POST", "/v1/tasks", Array.from({ length: 1 + Math.floor(chance() * 50) }, (_, at) => add(at, 1))],
  () => ["POST", "/v1/canvas", canvas("chain", { tasks: [add(1, 2), add(3)] })],
  () => ["POST", "/v1/canvas", canvas("group", { tasks: [add(1, 2), add(3, 4)] })],
  () => [
    "POST",
    "/v1/canvas",
    canvas("chord", { header: [add(1, 2), add(3, 4)], body: { ...add(), immutable: true, task: "tasks.print_task" } }),
  ],
  () => ["POST", "/api/task/async-apply/tasks.add", { args: [2, 3] }],
  () => ["POST", "/v1/queues/celery/resume"],
  () => ["POST", "/v1/control/rate_limit", { task: "tasks.add", rate_limit: null }],
  (_, id) => ["GET", `/v1/results/${id}`],
  (_, id) => ["GET", `/v1/results/${id}?wait=1`],
  (_, id) => ["GET", `/v1/results/${id}/tree`],
  (_, id) => ["GET", `/v1/groups/${id}`],
  (_, id) => ["GET", `/api/task/info/${id}`],
  (_, id) => ["POST", `/v1/results/${id}/retry`],
  (_, id) => ["POST", `/v1/results/${id}/revoke`, { terminate: true }],
  (_, id) => ["DELETE", `/v1/results/${id}`],
  () => ["GET", "/v1/results?status=SUCCESS&limit=20"],
  () => ["GET", "/metrics"],
];

/** A request that a well-meaning client sends: calls, canvases, and ids that were given read back. */
export function soundRequest(chance: Chance, ids: GivenIds): HostileRequest {
  const id = ids.pick(chance) ?? "00000000-0000-4000-8000-000000000000";
  // `chance` is below 1.
  const [method, path, body] = (SOUND[Math.floor(chance() * SOUND.length)] as Sound)(chance, id);
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  return body === undefined ? { method, path, headers } : { method, path, headers, body: JSON.stringify(body) };
}
