import type { Fault } from "./errors.ts";
import { globToRegExp } from "./glob.ts";
import { describeValue, isPlainObject, memberPath } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import type { Route, RouteFunction, Router, RouteTable, RoutingSettings } from "./routing.ts";
import { findQueueFault, isPriority, PRIORITY } from "./routing.ts";
import { SettingFaults } from "./setting-faults.ts";

/** Parts of a route that Celery knows and that mean nothing here. */
const AMQP_PARTS: readonly string[] = [
  "exchange",
  "exchange_type",
  "routing_key",
  "delivery_mode",
  "mandatory",
  "immediate",
  "serializer",
  "compression",
];
const PARTS: readonly string[] = ["queue", "priority"];

/** Routers, what is wrong with them, and which parts of routes have no meaning here. */
export interface ReadRoutes {
  routers: Router[];
  faults: Fault[];
  ignored: string[];
}

interface Notes {
  faults: Fault[];
  ignored: Set<string>;
}

/**
 * Reads `task_routes` in all the forms Celery has:
 *
 * - a table: `{ "feed.*": "feeds", "mail.send": { queue: "mail", priority: 7 } }`. A name with a `*` is a glob, one without is exact;
 * - a list of pairs, `[["feed.*", "feeds"], [/^video\.(x|y)/, { queue: "media" }]]`: one table whose patterns may be regular expressions, in
 *   code only. They hold from the name's beginning, as Python's `match` does;
 * - a function, in code only;
 * - a list of any of these, asked in their order.
 *
 * `null` and nothing are no routes. A text alone, which in Celery names a Python object, is a fault: give the function itself. Paths begin with
 * `path`.
 */
export function readRoutes(value: unknown, path: string): ReadRoutes {
  const notes: Notes = { faults: [], ignored: new Set() };
  const routers: Router[] = [];
  for (const { router, at } of listRouters(value, path)) {
    const read = readRouter(router, at, notes);
    if (read !== undefined) routers.push(read);
  }
  return { routers, faults: notes.faults, ignored: [...notes.ignored] };
}

function listRouters(value: unknown, path: string): { router: unknown; at: string }[] {
  if (value === undefined || value === null) return [];
  const many = Array.isArray(value) && !(value.length > 0 && value.every(isPair));
  return many ? value.map((router: unknown, index) => ({ router, at: `${path}[${index}]` })) : [{ router: value, at: path }];
}

function readRouter(router: unknown, at: string, notes: Notes): Router | undefined {
  if (isRouteFunction(router)) return router;
  if (isPlainObject(router)) {
    const pairs = Object.entries(router).map(([key, route]) => ({ key, route, at: memberPath(at, key) }));
    return readTable(pairs, notes);
  }
  if (isPair(router)) return readTable([{ key: router[0], route: router[1], at }], notes);
  if (Array.isArray(router) && router.every(isPair)) {
    return readTable(
      router.map(([key, route], index) => ({ key, route, at: `${at}[${index}]` })),
      notes,
    );
  }
  const hint = typeof router === "string" ? ": a router in code is the function itself, not its name" : "";
  const expected = 'expected a table such as { "feed.*" = "feeds" }, a list of pairs or a function';
  notes.faults.push({ path: at, message: `${expected}, got ${describeValue(router)}${hint}` });
  return undefined;
}

function readTable(pairs: { key: unknown; route: unknown; at: string }[], notes: Notes): RouteTable {
  const exact = new Map<string, Route>();
  const patterns: { pattern: RegExp; route: Route }[] = [];
  for (const { key, route: value, at } of pairs) {
    const route = readRoute(value, at, notes);
    if (key instanceof RegExp) patterns.push({ pattern: anchored(key), route });
    else if (typeof key === "string" && key.includes("*")) patterns.push({ pattern: globToRegExp(key), route });
    else if (typeof key === "string" && key !== "") exact.set(key, route);
    else notes.faults.push({ path: at, message: `expected a task's name, a glob such as "feed.*" or a RegExp, got ${describeValue(key)}` });
  }
  return { exact, patterns };
}

function readRoute(value: unknown, at: string, notes: Notes): Route {
  if (typeof value === "string" && value !== "") return { queue: value };
  if (!isPlainObject(value)) {
    const message = `expected the name of a queue or a route such as { queue = "mail", priority = 7 }, got ${describeValue(value)}`;
    notes.faults.push({ path: at, message });
    return {};
  }
  const route: Route = {};
  for (const [part, setting] of Object.entries(value)) {
    const path = memberPath(at, part);
    if (part === "queue" && typeof setting === "string" && setting !== "") route.queue = setting;
    else if (part === "priority" && isPriority(setting)) route.priority = setting;
    else if (part === "queue" || part === "priority") {
      const expected = part === "queue" ? "the name of a queue" : PRIORITY;
      notes.faults.push({ path, message: `expected ${expected}, got ${describeValue(setting)}` });
    } else if (AMQP_PARTS.includes(part)) notes.ignored.add(part);
    else {
      const hint = didYouMean(part, [...PARTS, ...AMQP_PARTS]) || `; there are ${PARTS.join(" and ")}`;
      notes.faults.push({ path, message: `'${part}' is no part of a route${hint}` });
    }
  }
  return route;
}

/** The queues that tables of routes name, so that a queue which does not exist is told of at the start and not at a call. */
export function routedQueues(routers: readonly Router[]): string[] {
  const names = new Set<string>();
  for (const router of routers) {
    if (typeof router === "function") continue;
    for (const { queue } of [...router.exact.values(), ...router.patterns.map(({ route }) => route)]) {
      if (queue !== undefined) names.add(queue);
    }
  }
  return [...names];
}

/**
 * Refuses routes in tables to queues that there are not, so that it is told when the script starts and not at a call.
 * @throws ImproperlyConfigured with every such queue and the nearest one
 */
export function checkRoutes(settings: RoutingSettings): void {
  const faults = new SettingFaults("[vars.celeryconfig]");
  for (const queue of routedQueues(settings.taskRoutes)) {
    const fault = findQueueFault(queue, settings);
    if (fault !== undefined) faults.add("task_routes", fault);
  }
  faults.raise();
}

function isPair(value: unknown): value is [string | RegExp, unknown] {
  return Array.isArray(value) && value.length === 2 && (typeof value[0] === "string" || value[0] instanceof RegExp);
}

function isRouteFunction(value: unknown): value is RouteFunction {
  return typeof value === "function";
}

/** Holds from the beginning, and keeps no position between names as a global or sticky expression does. */
function anchored({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})`, flags.replace(/[gym]/g, ""));
}
