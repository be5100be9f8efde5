import { Celeriac, deploy } from "../../../src/celeriac.ts";

/** Settings in code: a router that decides by the arguments. */
const app = new Celeriac("routed", {
  taskRoutes: [(name, args) => (name === "routed.where" && args[0] === "far" ? "far" : undefined)],
});

app.task("routed.where", (context, place: string) => [place, context.request.queue], { bind: true, parameters: ["place"] });

app.task("routed.once", (x: number) => x, { parameters: ["x"], uniqueFor: 60 });

const deployment = deploy(app);

export const { Broker, Beat } = deployment;
export default deployment.worker;
