import { Celeriac, deploy, type Env, type TaskContext } from "../../../src/celeriac.ts";
import type { Tally } from "./tally.ts";

const MOST_STARTS = 10_000;

const app = new Celeriac("torment");

app.task("torment.double", (x: number) => 2 * x, { parameters: ["x"] });

app.task("torment.echo", note, { bind: true, parameters: ["token"] });

app.task("torment.express", note, { bind: true, parameters: ["token"], express: true });

app.task(
  "torment.nap",
  async (context, token: string, seconds: number) => {
    const noted = await note(context, token);
    await scheduler.wait(seconds * 1000);
    return noted;
  },
  { bind: true, parameters: ["token", "seconds"] },
);

app.task(
  "torment.fail",
  async (context, token: string) => {
    await note(context, token);
    throw new RangeError(token);
  },
  { bind: true, parameters: ["token"] },
);

app.task(
  "torment.spin",
  async (context, token: string) => {
    await note(context, token);
    for (;;);
  },
  { bind: true, parameters: ["token"] },
);

app.task(
  "torment.hoard",
  async (context, token: string) => {
    await note(context, token);
    const hoard: number[][] = [];
    // It pauses, so that it is memory and not CPU time that it runs out of.
    for (; ; await scheduler.wait(0)) hoard.push(new Array<number>(4_000_000).fill(hoard.length + 0.5));
  },
  { bind: true, parameters: ["token"] },
);

/** Notes that the task starts, and answers as which attempt. */
async function note(context: TaskContext, token: string): Promise<{ token: string; delivery: number }> {
  const { id, deliveries } = context.request;
  await tallyOf(context.env as Env).note(token, id, deliveries);
  return { token, delivery: deliveries };
}

function tallyOf(env: Env): DurableObjectStub<Tally> {
  return (env.TALLY as DurableObjectNamespace<Tally>).getByName("tally");
}

const deployment = deploy(app);

export { Tally } from "./tally.ts";
export const { Broker, Beat, Express } = deployment;

/** Beside the queue's routes: `GET /starts?after=N`, what was started since. */
export default {
  ...deployment.worker,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/starts") return deployment.worker.fetch(request, env, ctx);
    return Response.json(await tallyOf(env).starts(Number(searchParams.get("after")), MOST_STARTS));
  },
};
