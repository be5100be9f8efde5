import { deploy, type Env } from "../../../src/celeriac.ts";
import { notebook } from "./canvas-tasks.ts";
import { rowNamed } from "./rows.ts";
import * as tasks from "./tasks.ts";

const deployment = deploy(tasks.app);

export const { Broker, Beat } = deployment;

/** Beside the queue's routes: `POST /rows?name=…` runs one row and answers what it saw; `GET /notes` answers what tasks wrote down. */
export default {
  ...deployment.worker,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/notes") return Response.json(Object.fromEntries(notebook));
    if (url.pathname !== "/rows") return deployment.worker.fetch(request, env, ctx);
    try {
      return Response.json(await rowNamed(url.searchParams.get("name")).see({ app: tasks.app, tasks }));
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};
