import type { Config } from "../core/config.ts";
import { ImproperlyConfigured } from "../core/errors.ts";
import type { Env } from "../env.ts";
import type { Bell } from "./api.ts";

/** The binding of the Cloudflare Queue that rings for queues of which `task_queues` says nothing. */
const DEFAULT = "TRANSPORT";

/** Puts bells on the Cloudflare Queues under their queues. Rejects when one of them takes none: a bell that is lost is rung again. */
export async function sendBells(bells: readonly Bell[], env: Env, { queueBindings }: Pick<Config, "queueBindings">): Promise<void> {
  const transports = Map.groupBy(bells, ({ queue }) => queueBindings[queue] ?? DEFAULT);
  await Promise.all([...transports].map(([binding, each]) => transportOf(env, binding).sendBatch(each.map((body) => ({ body })))));
}

/** @throws ImproperlyConfigured naming each queue whose binding is no Cloudflare Queue of this Worker script */
export function checkTransports(env: Env, { queueBindings }: Pick<Config, "queueBindings">): void {
  const missing = Object.entries(queueBindings).filter(([, binding]) => !isTransport(env[binding]));
  if (missing.length === 0) return;
  const known = Object.keys(env).filter((name) => isTransport(env[name]));
  const told = missing.map(([queue, binding]) => `the queue '${queue}' is to be rung by the binding '${binding}'`).join(", ");
  const there = known.length === 0 ? "none" : known.map((name) => `'${name}'`).join(", ");
  throw new ImproperlyConfigured(`task_queues: ${told}, but [[queues.producers]] in wrangler.toml has no such binding; there is ${there}`);
}

function transportOf(env: Env, binding: string): Queue<Bell> {
  const transport = env[binding];
  if (isTransport(transport)) return transport;
  throw new ImproperlyConfigured(`[[queues.producers]] in wrangler.toml has no binding '${binding}'`);
}

function isTransport(value: unknown): value is Queue<Bell> {
  return typeof value === "object" && value !== null && "sendBatch" in value && typeof value.sendBatch === "function";
}
