import { Celeriac } from "../../../src/celeriac.ts";

export const app = new Celeriac("tasks");

export const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
