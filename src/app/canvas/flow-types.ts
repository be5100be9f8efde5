/** What flows through a canvas, as types: which arguments a signature still takes, and which value comes out of it. */

/** All lists that are the end of a list of parameters: what may be given to a partial call, for what comes later is put in front. */
export type EndOf<A extends unknown[]> =
  | A
  | (A extends [] ? never : number extends A["length"] ? RequiredEnd<A> : A extends [unknown?, ...infer Rest] ? EndOf<Rest> : never);

type RequiredEnd<A extends unknown[]> = A extends [unknown, ...infer Rest] ? EndOf<Rest> : never;

/** What may be put in front of `Given` so that both together are arguments of `A`. */
export type InFrontOf<A extends unknown[], Given extends unknown[]> = Given extends [] ? A : Fitting<StartOf<A>, A, Given>;

/** All lists that a list of parameters begins with. */
export type StartOf<A extends unknown[], Start extends unknown[] = []> = A extends [infer First, ...infer Rest]
  ? Start | StartOf<Rest, [...Start, First]>
  : number extends A["length"]
    ? Start | [...Start, ...A]
    : A extends [(infer First)?, ...infer Rest]
      ? A extends []
        ? Start
        : Start | StartOf<Rest, [...Start, First]>
      : Start;

type Fitting<Start, A extends unknown[], Given extends unknown[]> = Start extends unknown[]
  ? [...Start, ...Given] extends A
    ? Start
    : never
  : never;

/** The one argument of a call that needs no other. */
export type OnlyOf<A extends unknown[]> = A extends [(infer Only)?, ...infer Rest] ? ([] extends Rest ? Only : never) : never;

/** What both take. */
export type Meet<A extends unknown[], B extends unknown[]> = A extends B ? A : B extends A ? B : never;

/**
 * What a canvas comes to: `one` task, whose result is an `AsyncResult`; a `group`, whose result is a `GroupResult`; a chain or chord whose `last` part is a group, which has
 * a `GroupResult` too.
 */
export type Kind = "one" | "group" | "last";

/** What a type error says where a value does not fit what is to take it. */
export interface Misfit<Given, Taken> {
  "what comes before gives": Given;
  "what comes after takes": Taken;
}

/** Where a signature says what flows through it: to types alone. */
export declare const FLOW: unique symbol;

/** What flows through a signature. */
export interface Flow {
  takes: unknown[];
  gives: unknown;
  kind: Kind;
}

/** Any signature, whatever it takes and gives. */
export interface AnySignature {
  readonly [FLOW]: Flow;
}

/** What a signature comes to. */
export type ValueOf<S> = S extends { readonly [FLOW]: { gives: infer R } } ? R : never;

/** The arguments that a signature still takes. */
export type TakenBy<S> = S extends { readonly [FLOW]: { takes: infer In extends unknown[] } } ? In : never;

/** Whether its result is a task's or a group's. */
export type KindOf<S> = S extends { readonly [FLOW]: { kind: infer K extends Kind } } ? K : never;

/** `S` if it takes these arguments, else what is wrong with it. */
export type Taking<S, Given extends unknown[]> = Given extends TakenBy<S> ? S : Misfit<Given, TakenBy<S>>;

/** What an errback is given: the id of the task that failed; or, if it has room for three arguments, Celery's request, error and stack. */
export type Errback<S> =
  [string] extends TakenBy<S>
    ? S
    : [Record<string, unknown>, Record<string, unknown>, string | null] extends TakenBy<S>
      ? S
      : Misfit<[id: string] | [request: object, error: object, traceback: string | null], TakenBy<S>>;
