/** The Worker script: the deployment of the tasks in `tasks.ts`. */
import { deploy } from "./celeriac.ts";
import { app } from "./tasks.ts";

const deployment = deploy(app);

export const { Broker, Beat, Express } = deployment;
export default deployment.worker;
