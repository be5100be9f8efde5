import { VIRTUAL_WORKER } from "../../core/virtual-worker.ts";
import { Problem } from "../problem.ts";

/** Refuses any worker's name but the deployment's one. @throws Problem `unknown_worker` */
export function knownWorker(name: string): string {
  if (name === VIRTUAL_WORKER) return name;
  throw new Problem("unknown_worker", `Unknown worker '${name.slice(0, 200)}'`);
}
