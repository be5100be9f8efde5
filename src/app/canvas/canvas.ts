/** Celery's canvas: the ways to put signatures together. */
import { chainParts, chordOf, groupOf } from "./chain-parts.ts";
import type { AnySignature, KindOf, Meet, TakenBy, Taking, ValueOf } from "./flow-types.ts";
import { homeOf, partsOf, Signature } from "./signature.ts";

/** The steps of a chain, each with what is wrong with it if it does not take the value of the one before. */
export type Flowing<S extends readonly AnySignature[]> = S extends readonly [
  infer First extends AnySignature,
  ...infer Rest extends readonly AnySignature[],
]
  ? [First, ...After<First, Rest>]
  : readonly Taking<S[number], [ValueOf<S[number]>]>[];

type After<Before extends AnySignature, S extends readonly AnySignature[]> = S extends readonly [
  infer First extends AnySignature,
  ...infer Rest extends readonly AnySignature[],
]
  ? [Taking<First, [ValueOf<Before>]>, ...After<First, Rest>]
  : [];

/** What all of them take. */
export type AllTake<S extends readonly AnySignature[]> = S extends readonly [infer First, ...infer Rest extends readonly AnySignature[]]
  ? Rest extends readonly []
    ? TakenBy<First>
    : Meet<TakenBy<First>, AllTake<Rest>>
  : S extends readonly []
    ? unknown[]
    : TakenBy<S[number]>;

/** The list of what they give: a group directly in a group is part of it. */
export type Values<S extends readonly AnySignature[]> = S extends readonly [infer First, ...infer Rest extends readonly AnySignature[]]
  ? [...Members<First>, ...Values<Rest>]
  : S extends readonly []
    ? []
    : KindOf<S[number]> extends "group"
      ? Items<ValueOf<S[number]>>
      : ValueOf<S[number]>[];

type Members<S> = KindOf<S> extends "group" ? (ValueOf<S> extends infer V extends unknown[] ? V : []) : [ValueOf<S>];

type Items<V> = V extends (infer Item)[] ? Item[] : never;

type LastOf<S extends readonly AnySignature[]> = S extends readonly [...unknown[], infer Last extends AnySignature] ? Last : S[number];
type FirstOf<S extends readonly AnySignature[]> = S extends readonly [infer First extends AnySignature, ...unknown[]] ? First : S[number];

/** A chain of one step is that step. */
type ChainKind<S extends readonly AnySignature[]> = S extends readonly [infer Only]
  ? KindOf<Only>
  : KindOf<LastOf<S>> extends "one"
    ? "one"
    : "last";

/** One after the other, each with the value of the one before. */
export type Chain<S extends readonly AnySignature[]> = Signature<TakenBy<FirstOf<S>>, ValueOf<LastOf<S>>, ChainKind<S>>;

/** A group of one that ends in a group is that one. */
type GroupOf<S extends readonly AnySignature[]> = S extends readonly [infer Only]
  ? KindOf<Only> extends "last"
    ? Signature<TakenBy<Only>, ValueOf<Only>, "last">
    : Signature<AllTake<S>, Values<S>, "group">
  : Signature<AllTake<S>, Values<S>, "group">;

/**
 * One after the other (Celery's `chain`): each step is called with the value of the one before, put in front of its own arguments. Takes steps, or one list of them. A step that cannot
 * take that value does not compile; `task.si(…)` takes none. What comes of it is the value of the last. The rules of Celery's `|` hold: a group that something follows becomes a
 * chord. A chain of nothing is refused when it is sent.
 */
export function chain<const S extends readonly AnySignature[]>(...steps: S & Flowing<S>): Chain<S>;
export function chain<const S extends readonly AnySignature[]>(steps: S & Flowing<S>): Chain<S>;
export function chain(...given: readonly unknown[]): AnySignature {
  const steps = listOf(given);
  return new Signature(chainParts(steps.map(partsOf)), homeOf(steps));
}

/**
 * Side by side (Celery's `group`): its value is the list of theirs, in this order. Takes members, or one list of them. Arguments that it is given go to every member.
 */
export function group<const S extends readonly AnySignature[]>(...members: S): GroupOf<S>;
export function group<S extends AnySignature>(members: Iterable<S>): Signature<TakenBy<S>, Values<S[]>, "group">;
export function group(...given: readonly unknown[]): AnySignature {
  const members = listOf(given);
  return new Signature(groupOf(members.map(partsOf)), homeOf(members));
}

/**
 * A group, and what is called once with the list of its values (Celery's `chord`). The header is a list of signatures, or a group. When a member fails the body is not called, and ends
 * as FAILURE `ChordError`.
 */
export function chord<const H extends readonly AnySignature[], B extends AnySignature>(
  header: H,
  body: B & Taking<B, [Values<H>]>,
): Signature<AllTake<H>, ValueOf<B>, BodyKind<B>>;
export function chord<In extends unknown[], R, B extends AnySignature>(
  header: Signature<In, R, "group">,
  body: B & Taking<B, [R]>,
): Signature<In, ValueOf<B>, BodyKind<B>>;
export function chord(header: readonly AnySignature[] | AnySignature, body: AnySignature): AnySignature {
  const members = listOf([header]);
  const { tasks } = groupOf(members.map(partsOf));
  return new Signature(chordOf(tasks, partsOf(body)), homeOf([...members, body]));
}

type BodyKind<B> = KindOf<B> extends "one" ? "one" : "last";

/** Signatures, or one list of them. */
function listOf(given: readonly unknown[]): AnySignature[] {
  const [only] = given;
  const list = given.length === 1 && !(only instanceof Signature) && isIterable(only) ? [...only] : given;
  // Whoever opens them looks what they are.
  return list as AnySignature[];
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
