import { Celeriac } from "../../src/app/celeriac.ts";

/** The tasks that the types of canvases are tried with. */
export const app = new Celeriac("tasks");
export const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
export const add3 = app.task("tasks.add3", (x: number, y: number, z: number) => x + y + z);
export const tsum = app.task("tasks.tsum", (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0));
export const text = app.task("tasks.text", (x: number) => String(x));
export const shout = app.task("tasks.shout", async (words: string, times = 1) => words.repeat(times));
export const ping = app.task("tasks.ping", () => {});
export const range = app.task("tasks.range", (n: number): number[] => Array.from({ length: n }, (_, index) => index));
export const pair = app.task("tasks.pair", ([x, word]: [number, string]) => ({ x, word }));
export const join = app.task("tasks.join", (...words: string[]) => words.join(" "));
export const label = app.task("tasks.label", (name: string, ...numbers: number[]) => `${name} ${numbers.length}`);
export const fails = app.task("tasks.fails", (): never => {
  throw new Error("deliberate error");
});
export const person = app.task("tasks.person", (name: string): { name: string; age?: number } => ({ name }));
export const greet = app.task("tasks.greet", ({ name }: { name: string }) => `hello ${name}`);
export const maybe = app.task("tasks.maybe", (x: number): number | null => (x > 0 ? x : null));
export const bound = app.task("tasks.bound", (self, x: number) => [self.request.id, x] as const, { bind: true });
export const onError = app.task("tasks.on_error", (id: string) => id);
export const onErrorNew = app.task("tasks.on_error_new", (request: object, error: object, traceback: string | null) => [
  request,
  error,
  traceback,
]);
