/**
 * The Worker that the rooms' tests run: the product's, but that Broker objects named `quiet-…` are watched, keep their bells to
 * themselves (so that no consumer comes but the test), and may have a configuration of their own.
 */
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
