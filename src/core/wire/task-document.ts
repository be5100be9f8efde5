import type { AckPolicy } from "../acknowledgement.ts";
import { defaultAckPolicy } from "../acknowledgement.ts";
import type { ErrorKind } from "../error-kind.ts";
import { writeRateLimit } from "../rate-limit.ts";
import type { RetryPolicy } from "../retry.ts";
import { defaultRetryPolicy } from "../retry.ts";
import type { RoutingSettings } from "../routing.ts";
import { findRoute } from "../routing.ts";
import type { ArgumentSchemas, StandardSchema } from "../schema.ts";
import { toJsonSchema } from "../schema.ts";
import { toSnakeCase } from "../snake-case.ts";
import type { TaskDefinition } from "../task-definition.ts";

/**
 * A registered task as `GET /v1/tasks` shows it, under the wire's names. Of its options those are there that are set or that the configuration sets, and are not what they
 * would be otherwise; `queue`, `ignore_result` and `express` always are. `parameters` is null where none were declared (such a task takes any
 * `args` and no `kwargs`). `queue` is where a call goes that says nothing, routers in code apart. `schema` has the JSON Schema of each kind of arguments that
 * has one, null where its library does not give it; it is null itself when there is none.
 */
export function taskDocument(task: TaskDefinition, config: RoutingSettings): Record<string, unknown> {
  const { name, schemas } = task;
  const tables = config.taskRoutes.filter((router) => typeof router !== "function");
  const route = findRoute({ name, args: [], kwargs: {}, options: {} }, tables);
  return {
    name,
    doc: task.doc ?? null,
    parameters: task.parameters?.map((parameter) => ({ name: parameter.name, required: parameter.required, rest: parameter.rest })) ?? null,
    schema: schemas === undefined ? null : documentsOf(schemas),
    queue: task.queue ?? route?.queue ?? config.taskDefaultQueue,
    ignore_result: task.ignoreResult ?? false,
    express: task.express ?? false,
    ...inSnakeCase(runOptions(task, route?.priority)),
    ...inSnakeCase(retryOptions(task.retry ?? defaultRetryPolicy)),
    ...inSnakeCase(changed<AckPolicy>({ ...defaultAckPolicy, ...task.acks }, defaultAckPolicy)),
  };
}

function runOptions(task: TaskDefinition, routed: number | undefined): Record<string, unknown> {
  const { timeLimit, softTimeLimit, perSecond, concurrency, uniqueFor, expires } = task;
  const set = {
    priority: task.priority ?? routed,
    expires,
    timeLimit,
    softTimeLimit,
    rateLimit: typeof perSecond === "number" ? writeRateLimit(perSecond) : undefined,
    concurrency,
    uniqueFor,
    storeErrorsEvenIfIgnored: task.storeErrorsEvenIfIgnored || undefined,
    trackStarted: task.trackStarted || undefined,
    typing: task.typing === false ? false : undefined,
  };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined && value !== null));
}

function retryOptions(policy: RetryPolicy): Record<string, unknown> {
  const { autoretryFor, dontAutoretryFor, throws, retryKwargs: _, ...rest } = policy;
  const kinds = Object.entries({ autoretryFor, dontAutoretryFor, throws }).filter(([, list]) => list.length > 0);
  const named = kinds.map(([option, list]) => [option, list.map(nameOf)]);
  return { ...changed(rest, defaultRetryPolicy), ...Object.fromEntries(named) };
}

function nameOf(kind: ErrorKind): string {
  return typeof kind === "string" ? kind : kind.name;
}

function changed<T extends object>(values: T, defaults: Readonly<T>): Record<string, unknown> {
  const usual: ReadonlyMap<string, unknown> = new Map(Object.entries(defaults));
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== usual.get(name)));
}

function documentsOf(schemas: ArgumentSchemas): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([kind, schema]: [string, StandardSchema]) => [kind, toJsonSchema(schema)]));
}

function inSnakeCase(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [toSnakeCase(name), value]));
}
