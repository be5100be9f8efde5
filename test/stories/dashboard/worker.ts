/** The demo's tasks, and one that is retried, to be looked at: at `localhost` no key is asked for, at `127.0.0.1` one is, as in production. */

import { app } from "../../../scripts/demo/tasks.ts";
import { deploy, type Env } from "../../../src/celeriac.ts";

/** Is retried once, after so many seconds. */
app.task(
  "shop.refund",
  (self, seconds: number) => {
    if (self.request.retries === 0) throw self.retry({ countdown: seconds, exc: new Error("the bank is closed") });
    return "refunded";
  },
  { bind: true, parameters: ["seconds"] },
);

const deployment = deploy(app);

export const { Broker, Beat, Express } = deployment;
export default {
  ...deployment.worker,
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    const isOpen = new URL(request.url).hostname === "localhost";
    return deployment.worker.fetch(request, isOpen ? env : { ...env, CELERIAC_LOCAL: undefined }, ctx);
  },
};
