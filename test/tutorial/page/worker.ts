import { Hono } from "hono";
import { deploy } from "../../../src/celeriac.ts";
import { add, app } from "./tasks.ts";

const deployment = deploy(app);
const page = new Hono();
page.get("/", async (c) => c.text(`Task ID: ${(await add.delay(16, 16)).id}`));
page.route("/", deployment.http);

export const { Broker, Beat } = deployment;
export default { ...deployment.worker, fetch: page.fetch };
