import { Hono } from "hono";
import { Celeriac, deploy, type Env } from "../../../src/celeriac.ts";
import { admit } from "../../../src/http/doorkeeper.ts";

const app = new Celeriac("bench");

const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });

app.task("tasks.add_express", (x: number, y: number) => x + y, { parameters: ["x", "y"], express: true });

app.task("tasks.sum", (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0), { parameters: ["numbers"] });

app.task(
  "tasks.fail",
  (message: string) => {
    throw new RangeError(message);
  },
  { parameters: ["message"] },
);

const deployment = deploy(app);
const door = new Hono<{ Bindings: Env }>();

// What submits are compared with: an empty route behind what every route of the queue stands behind.
door.get("/noop", async (c) => {
  await admit(c.req.raw, c.env, Date.now());
  return c.json({});
});
// The tutorial's page, as peers/page.py is in Flask.
door.get("/", async (c) => c.text(`Task ID: ${(await add.delay(16, 16)).id}`));
door.route("/", deployment.http);

export const { Broker, Beat, Express } = deployment;
export default { ...deployment.worker, fetch: door.fetch };
