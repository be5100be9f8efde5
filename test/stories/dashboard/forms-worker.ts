/** The demo's tasks, and one whose arguments have a schema: what forms are made of. Keys are asked for as by `worker.ts`. */

import { z } from "zod";
import { app } from "../../../scripts/demo/tasks.ts";
import { deploy, type Env } from "../../../src/celeriac.ts";

app.task("shop.gift", (to, count, wrap, note) => ({ to, count, wrap, note }), {
  parameters: ["to", "count", "wrap", "note"],
  schema: z.tuple([z.string().describe("Who is given it"), z.int().min(1), z.enum(["paper", "box"]), z.array(z.string())]),
});

const deployment = deploy(app);

export const { Broker, Beat, Express } = deployment;
export default {
  ...deployment.worker,
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    const isOpen = new URL(request.url).hostname === "localhost";
    return deployment.worker.fetch(request, isOpen ? env : { ...env, CELERIAC_LOCAL: undefined }, ctx);
  },
};
