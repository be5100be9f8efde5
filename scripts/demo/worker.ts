/** The demo's Worker script: `npm run demo`. */
import { deploy } from "../../src/celeriac.ts";
import { app } from "./tasks.ts";

const deployment = deploy(app);

export const { Broker, Beat, Express } = deployment;
export default deployment.worker;
