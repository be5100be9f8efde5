/**
 * Where a call goes: Celery's `task_routes`, `task_queues`, `task_default_queue` and the priorities, as one decision. How routes are written
 * is read in read-routes.ts.
 */
import type { Fault } from "./errors.ts";
import { describeValue } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";

/** What a router answers for a task: what it says nothing of is decided elsewhere. */
export interface Route {
  queue?: string;
  /** 0 to 9, 9 first. */
  priority?: number;
}

/** What a router that is a function is asked with. `options` are those of the call, as given. */
export interface RoutedCall {
  name: string;
  args: readonly unknown[];
  kwargs: Readonly<Record<string, unknown>>;
  options: Readonly<Record<string, unknown>>;
}

/** A router in code: answers a queue's name, a route, or nothing when the task is none of its business. */
export type RouteFunction = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
) => string | Route | null | undefined;

/** A router that is a table: names first, then patterns in their order. */
export interface RouteTable {
  exact: ReadonlyMap<string, Route>;
  patterns: readonly { pattern: RegExp; route: Route }[];
}

/** Routers are asked in their order; the first that answers decides. */
export type Router = RouteTable | RouteFunction;

/** The part of the configuration that decides where calls go. */
export interface RoutingSettings {
  taskRoutes: readonly Router[];
  /** All queues there are. */
  taskQueues: readonly string[];
  taskDefaultQueue: string;
  /** Queues that nobody named may be called to: they come to be at once. */
  taskCreateMissingQueues: boolean;
  /** The priority of calls of which nothing says any. */
  taskDefaultPriority: number | null;
  /** Calls made by a running task have its priority, if nothing else gives them one. */
  taskInheritParentPriority: boolean;
  /** A higher priority counts as this one. */
  taskQueueMaxPriority: number | null;
}

/** What was said about one call: by the call itself, by its task, and by the task that makes the call, if one does. */
export interface Asked extends RoutedCall {
  /** The task's own options. */
  own?: Route;
  /** The priority of the task that makes the call. */
  parentPriority?: number;
}

/** Where a call goes, or what is wrong: a queue or a priority that there is not, or a router that answers something else. */
export type Destination = { queue: string; priority: number } | { faults: Fault[] };

/** Celery's default queue and priorities, and no routes; a queue that `task_queues` does not name is refused. */
export const defaultRouting: Readonly<RoutingSettings> = Object.freeze({
  taskRoutes: Object.freeze([]),
  taskQueues: Object.freeze(["celery"]),
  taskDefaultQueue: "celery",
  taskCreateMissingQueues: false,
  taskDefaultPriority: null,
  taskInheritParentPriority: false,
  taskQueueMaxPriority: null,
});

/** 9 goes first. */
const HIGHEST_PRIORITY = 9;
const LONGEST_QUEUE_NAME = 255;

/**
 * Decides where a call goes, in Celery's order ("Specifying task destination"). For the queue: the call, then the task's own, then the routes, then
 * `task_default_queue`. For the priority: the call, the task, the routes, the parent (with `task_inherit_parent_priority`),
 * `task_default_priority`, 0. A route fills in only what the call and the task leave open; to move a task that says its queue itself, annotate it.
 *
 * Everything wrong is told at once. Paths are `queue` and `priority`, or `task_routes` where a router is at fault. What a router throws is
 * not caught.
 */
export function destinationOf(asked: Asked, settings: RoutingSettings): Destination {
  const { options, own = {} } = asked;
  const faults: Fault[] = [];
  const saidQueue = options.queue ?? own.queue;
  const saidPriority = options.priority ?? own.priority;
  const needed = settings.taskRoutes.length > 0 && (saidQueue === undefined || saidPriority === undefined);
  const route = (needed ? findRoute(asked, settings.taskRoutes, faults) : undefined) ?? {};
  const queue = saidQueue ?? route.queue ?? settings.taskDefaultQueue;
  const parent = settings.taskInheritParentPriority ? asked.parentPriority : undefined;
  const priority = saidPriority ?? route.priority ?? parent ?? settings.taskDefaultPriority ?? 0;
  const queueFault = findQueueFault(queue, settings);
  if (queueFault !== undefined) faults.push({ path: "queue", message: queueFault });
  if (!isPriority(priority)) faults.push({ path: "priority", message: `expected ${PRIORITY}, got ${describeValue(priority)}` });
  if (faults.length > 0 || typeof queue !== "string" || !isPriority(priority)) return { faults };
  return { queue, priority: Math.min(priority, settings.taskQueueMaxPriority ?? HIGHEST_PRIORITY) };
}

/** The first route for a task, if any: its exact name in a table wins over the table's patterns. */
export function findRoute(call: RoutedCall, routers: readonly Router[], faults: Fault[] = []): Route | undefined {
  for (const router of routers) {
    const route = typeof router === "function" ? ask(router, call, faults) : lookUp(router, call.name);
    if (route !== undefined) return route;
  }
  return undefined;
}

/** What a priority is expected to be. */
export const PRIORITY = "a whole number from 0 to 9 (9 first)";

/** Tells whether a value is a priority. */
export function isPriority(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= HIGHEST_PRIORITY;
}

/** What the name of a queue is expected to be. */
export const QUEUE_NAME = `the name of a queue (1 to ${LONGEST_QUEUE_NAME} characters, none a control character)`;

/** Tells whether a value may name a queue. */
export function isQueueName(value: unknown): value is string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return typeof value === "string" && value.length > 0 && value.length <= LONGEST_QUEUE_NAME && !/[\u0000-\u001f\u007f]/.test(value);
}

function lookUp({ exact, patterns }: RouteTable, name: string): Route | undefined {
  return exact.get(name) ?? patterns.find(({ pattern }) => pattern.test(name))?.route;
}

function ask(router: RouteFunction, { name, args, kwargs, options }: RoutedCall, faults: Fault[]): Route | undefined {
  const answer: unknown = router(name, args, kwargs, options);
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === "string") return { queue: answer };
  if (typeof answer === "object" && !Array.isArray(answer) && !("then" in answer)) return answer;
  const message = `expected a router to answer the name of a queue, a route such as { queue: "mail" } or nothing, got ${describeValue(answer)}`;
  faults.push({ path: "task_routes", message });
  return {};
}

/** What is wrong with the queue that a call is to go to, which `task_queues` must name unless missing ones are created; undefined when nothing is. */
export function findQueueFault(queue: unknown, settings: RoutingSettings): string | undefined {
  if (typeof queue === "string" && settings.taskQueues.includes(queue)) return undefined;
  if (!isQueueName(queue)) return `expected ${QUEUE_NAME}, got ${describeValue(queue)}`;
  if (settings.taskCreateMissingQueues) return undefined;
  const known = settings.taskQueues.map((name) => `'${name}'`).join(", ");
  return `no queue is named '${queue}'${didYouMean(queue, settings.taskQueues) || `; task_queues has ${known}`}`;
}
