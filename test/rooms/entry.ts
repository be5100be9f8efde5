/**
 * The Worker that the rooms' tests run: the product's, but that Broker objects named `quiet-…` are watched, keep their bells to
 * themselves (so that no consumer comes but the test), and may have a configuration of their own.
 */
import type { WorkerEntrypoint } from "cloudflare:workers";
import type { Bell, Grant } from "../../src/broker/api.ts";
import { deploy, type Env } from "../../src/celeriac.ts";
import { app } from "../../src/tasks.ts";
import { configs, type Watch, watches } from "./watch.ts";

const deployment = deploy(app);

export class Broker extends deployment.Broker {
  constructor(ctx: DurableObjectState, env: Env) {
    const watch = watches.get(ctx.id.name ?? "");
    if (watch !== undefined) watchStorage(ctx.storage, watch);
    super(ctx, watch === undefined ? env : quietly(ctx, env, watch));
  }
}

interface Lane {
  run(bell: Bell, grant: Grant): Promise<void>;
}

/** What the deployment types as any entrypoint is the express lane. */
const ExpressLane = deployment.Express as unknown as new (ctx: ExecutionContext, env: Env) => WorkerEntrypoint<Env> & Lane;

/** Hands a watched object's express tasks to its watch, which runs none of them. */
export class Express extends ExpressLane {
  override async run(bell: Bell, grant: Grant): Promise<void> {
    const watch = [...watches].findLast(([name]) => name.startsWith(`quiet-${bell.shard}-`))?.[1];
    if (watch === undefined) await super.run(bell, grant);
    else watch.express.push(grant);
  }
}

export const { Beat } = deployment;
export default deployment.worker;

function quietly(ctx: DurableObjectState, env: Env, watch: Watch): Env {
  const send: Queue["sendBatch"] = async (messages) => {
    if (watch.broken) throw new Error("the transport is down");
    for (const { body } of messages) watch.bells.push(body as Watch["bells"][number]);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  };
  const TRANSPORT = { sendBatch: send } as Env["TRANSPORT"];
  return { ...env, TRANSPORT, celeryconfig: configs.get(ctx.id.name ?? "") };
}

/** Every statement and every alarm passes here, whoever makes it. */
function watchStorage(storage: DurableObjectStorage, watch: Watch): void {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = ((query: string, ...bindings: unknown[]) => {
    const cursor = exec(query, ...bindings);
    watch.statements.push(cursor);
    return cursor;
  }) as typeof sql.exec;
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (at, options) => {
    watch.alarms.push(Number(at));
    return setAlarm(at, options);
  };
}
