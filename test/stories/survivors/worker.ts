import { Celeriac, deploy, type Env, type TaskContext } from "../../../src/celeriac.ts";
import type { Tally } from "../deployment/tally.ts";

const app = new Celeriac("survivors");

/** How a survivor ran its last attempt. */
export interface Survived {
  retries: number;
  deliveries: number;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/** Notes its start on disk, takes so many seconds, and tells how it ran. */
app.task("survivors.nap", nap, { bind: true });

/** The same, at most five starts a second. */
app.task("survivors.limited", nap, { bind: true, rateLimit: "5/s" });

/** The same, one at a time. */
app.task("survivors.alone", nap, { bind: true, concurrency: 1 });

/** Is retried twice: at once, and after so many seconds. */
app.task(
  "survivors.retried",
  async (context, seconds: number) => {
    const { retries } = context.request;
    if (retries === 2) return nap(context, 0);
    await note(context);
    return context.retry({ countdown: retries * seconds, exc: new RangeError("not yet"), maxRetries: 2 });
  },
  { bind: true },
);

/** Tells how far it is and then takes so many seconds, unless it was begun before. */
app.task(
  "survivors.progress",
  async (context, seconds: number) => {
    if (context.request.deliveries > 1) return nap(context, 0);
    await context.updateState({ state: "PROGRESS", meta: { done: 40 } });
    return nap(context, seconds);
  },
  { bind: true },
);

async function nap(context: TaskContext, seconds: number): Promise<Survived> {
  const { retries, deliveries } = context.request;
  await note(context);
  const from = Date.now();
  await scheduler.wait(seconds * 1000);
  return { retries, deliveries, from, to: Date.now() };
}

async function note({ env, request }: TaskContext): Promise<void> {
  await tallyOf(env as Env).note(request.id, request.deliveries);
}

function tallyOf(env: Env): DurableObjectStub<Tally> {
  return (env.TALLY as DurableObjectNamespace<Tally>).getByName("tally");
}

const deployment = deploy(app);

export { Tally } from "../deployment/tally.ts";
export const { Broker, Beat } = deployment;

/** Beside the queue's routes: `GET /starts`. */
export default {
  ...deployment.worker,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== "/starts") return deployment.worker.fetch(request, env, ctx);
    return Response.json(await tallyOf(env).starts());
  },
};
