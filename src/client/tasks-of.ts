import type { AsyncCall } from "../app/async-call.ts";
import type { AsyncResult } from "../app/async-result.ts";

/** A value that is a task, taken apart: its name, what it is called with, what it returns. */
type Parts<T> = T extends {
  readonly name: infer N extends string;
  delay(...args: infer A extends unknown[]): Promise<AsyncResult<infer R>>;
}
  ? { name: N; args: A; result: R }
  : never;

/** Of a module of tasks, its tasks by name; a name that is only known when the program runs is left out. */
type ByName<T> = { [K in keyof T as Parts<T[K]> extends { name: infer N extends string } ? Literal<N> : never]: Parts<T[K]> };

/** Of `string` and of patterns such as `tasks.${string}` a record needs no member. */
type Literal<N extends string> = Record<never, never> extends Record<N, 1> ? never : N;

/** What tells nothing of its tasks: nothing was given, or the app alone, whose type does not list them. */
type Untold = { get(name: string): unknown; names(): string[] };

/**
 * The names of the tasks that `T` tells of. `T` is the type of a module that exports tasks, `typeof tasks` after
 * `import type * as tasks from "./tasks.ts"`. Where it tells nothing (`unknown`, or an app) any text is a name.
 */
export type TaskName<T> = unknown extends T ? string : T extends Untold ? string : keyof ByName<T> & string;

/** The arguments that the task of that name takes. */
export type ArgsOfName<T, N extends string> = ByName<T> extends Readonly<Record<N, { args: infer A extends unknown[] }>> ? A : unknown[];

/** What the task of that name returns. */
export type ResultOfName<T, N extends string> = ByName<T> extends Readonly<Record<N, { result: infer R }>> ? R : unknown;

/** One call of many (`Client.submit`): the task's name, its arguments and options. */
export type BulkCall<T> = { [N in TaskName<T>]: { task: N } & AsyncCall<ArgsOfName<T, N>> }[TaskName<T>];

/** The results of many calls, in their order. */
export type BulkResults<T, C extends readonly { task: string }[]> = {
  -readonly [I in keyof C]: AsyncResult<ResultOfName<T, C[I]["task"]>>;
};
