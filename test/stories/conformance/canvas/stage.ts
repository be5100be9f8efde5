import { setTimeout as sleep } from "node:timers/promises";
import type { CanvasRow, Ran, ResultTree, Shown, ShownGroup } from "./row.ts";

/** Seconds within which every canvas ends. */
const PATIENCE = 20;

/** What a row came to. */
export interface Seen {
  comesTo: { value: unknown } | { error: string };
  looked: unknown;
  ran: Ran;
}

/** The public door of a deployment, as a Python program meets it that has a canvas. */
export class CanvasStage {
  readonly #url: string;

  /** `url` has no slash at the end. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Submits a row's canvas, waits until all of it has ended, and looks at it. */
  async play({ name, canvas, look }: CanvasRow): Promise<Seen> {
    const key = name;
    const signature = canvas(key);
    const submittedAt = Date.now();
    const tree = await this.#ask<ResultTree>(`${this.#url}/v1/canvas`, 202, JSON.stringify(signature));
    const ran: Ran = {
      key,
      tree,
      submittedAt,
      read: (id) => this.read(id),
      group: (id) => this.group(id),
      noted: async (at) => (await this.notes())[at] ?? [],
    };
    const comesTo = await this.comesTo(tree);
    return { comesTo, looked: await look?.(ran), ran };
  }

  /** What `get()` gives or raises: Celery asks the results before it first, from the first one on. */
  async comesTo(tree: ResultTree): Promise<Seen["comesTo"]> {
    const before = tree.parent === null ? undefined : await this.comesTo(tree.parent);
    if (before !== undefined && "error" in before) return before;
    if ("task_id" in tree) return outcomeOf(await this.read(tree.task_id));
    const members = await Promise.all(tree.children.map((child) => this.comesTo(child)));
    const failed = members.find((member) => "error" in member);
    return failed ?? { value: members.map((member) => ("value" in member ? member.value : undefined)) };
  }

  /** Waits until the task has ended. */
  async read(id: string): Promise<Shown> {
    return this.#ask(`${this.#url}/v1/results/${id}?wait=${PATIENCE}`, 200);
  }

  /** Waits until the group has ended. */
  async group(id: string): Promise<ShownGroup> {
    return this.#ask(`${this.#url}/v1/groups/${id}?wait=${PATIENCE}`, 200);
  }

  /** All that was noted, by the rows' keys. */
  async notes(): Promise<Record<string, unknown[]>> {
    return this.#ask(`${this.#url}/notes`, 200);
  }

  /** Waits until no task waits or runs: callbacks may be under way when what they follow has ended. */
  async settle(): Promise<void> {
    const end = Date.now() + PATIENCE * 1_000;
    for (let left = await this.#unfinished(); left > 0; left = await this.#unfinished()) {
      if (Date.now() > end) throw new Error(`${left} tasks have not ended`);
      await sleep(50);
    }
  }

  async #unfinished(): Promise<number> {
    const { queues }: { queues: { ready: number; scheduled: number; active: number }[] } = await this.#ask(`${this.#url}/v1/queues`, 200);
    return queues.reduce((sum, { ready, scheduled, active }) => sum + ready + scheduled + active, 0);
  }

  async #ask<T>(url: string, status: number, body?: string): Promise<T> {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body };
    const answer = await fetch(url, body === undefined ? {} : post);
    const text = await answer.text();
    if (answer.status !== status) throw new Error(`${url} was answered with ${answer.status}: ${text.slice(0, 2_000)}`);
    return JSON.parse(text);
  }
}

function outcomeOf({ task_id, status, result }: Shown): Seen["comesTo"] {
  if (status === "SUCCESS") return { value: result };
  if (status === "FAILURE") return { error: (result as { exc_type: string }).exc_type };
  if (status === "REVOKED") return { error: "TaskRevokedError" };
  throw new Error(`the task ${task_id} has not ended: it is ${status}`);
}
