import { Celeriac, deploy, type Env } from "../../../src/celeriac.ts";
import { callLimited } from "./limited.ts";
import type { Tally } from "./tally.ts";

const app = new Celeriac("stories");

app.task("stories.double", (x: number) => 2 * x, { parameters: ["x"] });

app.task("stories.echo", (value: unknown) => value, { parameters: ["value"] });

app.task("stories.fill", (letter: string, count: number) => letter.repeat(count), { parameters: ["letter", "count"] });

app.task(
  "stories.nap",
  async (context, seconds: number) => {
    const { id, deliveries } = context.request;
    await tallyOf(context.env as Env).note(id, deliveries);
    await scheduler.wait(seconds * 1000);
    return { deliveries };
  },
  { bind: true, parameters: ["seconds"] },
);

/** Runs for so many seconds, unless its signal is aborted, of which it takes a note. */
app.task(
  "stories.watch",
  async (context, seconds: number) => {
    const { id, deliveries } = context.request;
    const tally = tallyOf(context.env as Env);
    await tally.note(id, deliveries);
    for (let waited = 0; waited < seconds; waited += 0.02) {
      if (context.signal.aborted) {
        await tally.noteAbort(id, Date.now(), String(context.signal.reason));
        return "aborted";
      }
      await scheduler.wait(20);
    }
    return "in peace";
  },
  { bind: true, parameters: ["seconds"] },
);

const deployment = deploy(app);

function tallyOf(env: Env): DurableObjectStub<Tally> {
  return (env.TALLY as DurableObjectNamespace<Tally>).getByName("tally");
}

export { Tally } from "./tally.ts";
export const { Broker, Beat } = deployment;

/** Beside the queue's routes: `GET /starts`, `GET /aborts`, `POST /limited`, and `/closed/*`, the same routes as they are in production, where keys are needed. */
export default {
  ...deployment.worker,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/starts") return Response.json(await tallyOf(env).starts());
    if (url.pathname === "/limited") return callLimited(request, env);
    if (url.pathname === "/aborts") return Response.json(await tallyOf(env).aborts());
    if (!url.pathname.startsWith("/closed/")) return deployment.worker.fetch(request, env, ctx);
    url.pathname = url.pathname.slice("/closed".length);
    return deployment.worker.fetch(new Request(url, request), { ...env, CELERIAC_LOCAL: undefined }, ctx);
  },
};
