/**
 * THIS deployment's tasks: the file to edit. Each is registered under a name, typed from its handler, and called
 * anywhere in the Worker script: `const result = await add.delay(2, 3); await result.get({ timeout: 5 })`.
 */
import { Celeriac } from "./app/door.ts";

export const app = new Celeriac("tasks");

export const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });

export const printTask = app.task("tasks.print_task", () => {
  console.log("this is a test case.");
  return "this is a test case.";
});
