import type { SignatureJson } from "../../core/canvas/signature.ts";
import { ImproperlyConfigured } from "../../core/errors.ts";
import { describeValue } from "../../core/json-value.ts";
import { toCamelCase } from "../../core/snake-case.ts";
import type { AsyncCall, AsyncCallParameters, CallbackOptions, EagerCallParameters } from "../async-call.ts";
import { type SignatureOptions, setOptions } from "./call-parts.ts";
import type { CanvasCall, CanvasHome } from "./canvas-home.ts";
import { chainParts } from "./chain-parts.ts";
import { describeSignature } from "./describe-signature.ts";
import type { AnySignature, Errback, FLOW, InFrontOf, Kind, KindOf, Misfit, Taking, ValueOf } from "./flow-types.ts";
import type { GroupResult } from "./group-result.ts";
import { readSignatureParts } from "./read-signature-parts.ts";
import type { SignatureParts } from "./signature-parts.ts";
import { cloneParts, giveParts, lastOf, stampParts } from "./signature-parts.ts";
import type { StepResult } from "./step-result.ts";
import { nameOf, writeSignature } from "./write-signature.ts";

/** The result that calling it answers. */
export type ResultOf<R, K extends Kind> = K extends "one" ? StepResult<R> : GroupResult<R>;

/**
 * A call that is not made yet (Celery's `Signature`), or several put together by `chain`, `group` and `chord`: made by `task.s(…)`, `task.si(…)`, `task.signature(…)`,
 * `app.signature(…)`, and by those. `In` is what it still takes: arguments that come later are put in front of those that are there. `R` is what it gives.
 *
 * `set`, `link`, `linkError`, `onError` and `setImmutable` change it and answer it, as in Celery; what is made a part of a canvas is copied then, so a later change does not reach it. Its JSON
 * (`toJSON`) is Celery's own: it may be stored, sent to another deployment, given to a task as an argument, and read again (`app.signature(json)`).
 */
export class Signature<In extends unknown[] = unknown[], R = unknown, K extends Kind = Kind> implements AnySignature {
  declare readonly [FLOW]: { takes: In; gives: R; kind: K };
  readonly #parts: SignatureParts;
  readonly #home: CanvasHome | undefined;

  /** Users get one from `task.s(…)`. `home` is the app that it is sent by; undefined: none is known. */
  constructor(parts: SignatureParts, home: CanvasHome | undefined) {
    this.#parts = parts;
    this.#home = home;
  }

  /** Reads a signature's JSON. @throws RefusedCall ("bad_arguments") with every fault and its path */
  static from<In extends unknown[] = unknown[], R = unknown, K extends Kind = Kind>(json: unknown, home?: CanvasHome): Signature<In, R, K> {
    return new Signature<In, R, K>(readSignatureParts(json, home?.timezone ?? "UTC"), home);
  }

  /** The task's name; of a canvas `celery.chain` and so on. */
  get task(): string {
    return nameOf(this.#parts);
  }

  /** The arguments that it has already. */
  get args(): readonly unknown[] {
    return this.#parts.args;
  }

  /** The keyword arguments that it has already. */
  get kwargs(): Readonly<Record<string, unknown>> {
    return this.#parts.kwargs;
  }

  /** Its options, by the names of `applyAsync`. */
  get options(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.#parts.options).map(([name, value]) => [toCamelCase(name), value]));
  }

  /** What comes before gives it no argument. */
  get immutable(): boolean {
    return this.#parts.immutable;
  }

  /** `chain`, `group` or `chord`; null: a call. */
  get subtaskType(): "chain" | "group" | "chord" | null {
    const { kind } = this.#parts;
    return kind === "chain" || kind === "group" || kind === "chord" ? kind : null;
  }

  /** The steps of a chain, the members of a group, the header of a chord; none of a call. They may be changed in their place. */
  get tasks(): Signature[] {
    const parts = this.#parts;
    const tasks = parts.kind === "chain" || parts.kind === "group" ? parts.tasks : parts.kind === "chord" ? parts.header : [];
    return tasks.map((each) => new Signature(each, this.#home));
  }

  /** What a chord calls with the list of its header's values; null: it is no chord. */
  get body(): Signature | null {
    return this.#parts.kind === "chord" ? new Signature(this.#parts.body, this.#home) : null;
  }

  /** Adds options (`countdown`, `queue`, …); null takes one away. They are checked when it is called. */
  set(options: SignatureOptions): this {
    const { immutable, ...others } = options;
    if (immutable !== undefined) this.setImmutable(immutable);
    setOptions(this.#parts, others);
    return this;
  }

  /**
   * The id that its result will have (Celery's `id`): of a chain that of its last step, of a chord the body's; null: the broker gives one when it is sent. A group has none of
   * its own that could be chosen.
   */
  get id(): string | null {
    const { task_id: id } = lastOf(this.#parts).options;
    return typeof id === "string" ? id : null;
  }

  /** Chooses that id now (Celery's `freeze`), a new one by default, and answers the result that there will be: nothing is sent. @throws ImproperlyConfigured when it comes to a group */
  freeze(this: Signature<In, R, "one">, taskId: string = this.id ?? crypto.randomUUID()): StepResult<R> {
    const last = lastOf(this.#parts);
    if (last.kind === "group" || last.kind === "chunks") {
      throw new ImproperlyConfigured(`freeze: expected what comes to one task, got ${this.task}: the ids of groups are the broker's`);
    }
    last.options.task_id = taskId;
    // Nothing else is a "one" than a task.
    return this.#find().resultOf({ task_id: taskId, parent: null }) as StepResult<R>;
  }

  /**
   * Stamps every task of it, with its callbacks and errbacks (Celery's `stamp`): `sig.stamp({ tenant: "a" })`. Stamps go with the task and its replacements, are in its `request`, and
   * `app.control.revokeByStampedHeaders` finds it by them. Those that are there stay.
   */
  stamp(stamps: Readonly<Record<string, unknown>>): this {
    stampParts(this.#parts, stamps);
    return this;
  }

  /** Whether what comes before gives it no argument. Of a group, and of a chord's header, the members' say. */
  setImmutable(immutable: boolean): Signature<unknown[], R, K> {
    makeImmutable(this.#parts, immutable);
    // It is the same object under another type: it takes whatever comes.
    return this as unknown as Signature<unknown[], R, K>;
  }

  /**
   * A copy with arguments put in front, keyword arguments and options added (Celery's `clone`, or `partial`): later ones win. They reach a chain's first task, every
   * member of a group and of a chord's header; immutable ones take none.
   */
  clone<const Given extends unknown[] = []>(
    args?: [InFrontOf<In, Given>] extends [never] ? Misfit<Given, In> : Given,
    kwargs: Readonly<Record<string, unknown>> = {},
    options: SignatureOptions = {},
  ): Signature<InFrontOf<In, Given>, R, K> {
    const parts = cloneParts(this.#parts);
    giveParts(parts, Array.isArray(args) ? args : [], kwargs);
    return new Signature<InFrontOf<In, Given>, R, K>(parts, this.#home).set(options);
  }

  /** Has another signature called with this one's value when it has succeeded; equal ones once. Of a chain or chord: with its last value. */
  link<S extends AnySignature>(callback: S & Taking<S, [R]>): this {
    addOnce(this.#parts.links, callback);
    return this;
  }

  /**
   * Has another signature called when a task of this one has failed: with the id of the task; or, if it has room for three arguments, with Celery's request, error and stack. Of a
   * chain and of a group every task has it, of a chord the body.
   */
  linkError<S extends AnySignature>(errback: S & Errback<S>): this {
    addOnce(this.#parts.errbacks, errback);
    return this;
  }

  /** Celery's other name for `linkError`. */
  onError<S extends AnySignature>(errback: S & Errback<S>): this {
    return this.linkError(errback);
  }

  /**
   * This, and another after it with its value (Celery's `|`): `add.s(2, 2).pipe(add.s(4))`. A group that something follows becomes a chord.
   * Not called `then`: an object that has one is taken for a promise, and `await` would call it.
   */
  pipe<S extends AnySignature>(next: S & Taking<S, [R]>): Signature<In, ValueOf<S>, KindOf<S> extends "one" ? "one" : "last"> {
    const steps: AnySignature[] = [this, next];
    return new Signature(chainParts(steps.map(partsOf)), homeOf(steps));
  }

  /**
   * Spreads the start of a group's members: the first after `start` seconds, each later one `step` more, over again after `stop` (Celery's `skew`).
   * @throws ImproperlyConfigured when it is no group
   */
  skew(this: Signature<In, R, "group">, { start = 1, stop = Number.POSITIVE_INFINITY, step = 1 } = {}): Signature<In, R, "group"> {
    const parts = this.#parts;
    if (parts.kind !== "group") throw new ImproperlyConfigured(`skew: expected a group, got ${this.task}`);
    let countdown = start;
    for (const each of parts.tasks) {
      each.options.countdown = countdown;
      countdown = countdown + step >= stop ? start : countdown + step;
    }
    return this;
  }

  /**
   * Sends it with these arguments in front of its own; resolves when the broker has written it down, whole. Answers the result of the last task, or a group's.
   * Throws as `applyAsync` does.
   */
  delay(...args: In): Promise<ResultOf<R, K>> {
    return this.#start({ args });
  }

  /**
   * Sends it with options: those of a chain go to its first task (`taskId` to the last), of a group to every member, of a chord to all (`taskId` to the body).
   * Throws `RefusedCall` with every fault and its path, `BacklogFull`, `CeleriacError` when the broker refuses it, and `ImproperlyConfigured` when no app is known or it is not connected.
   */
  applyAsync(...call: AsyncCallParameters<In>): Promise<ResultOf<R, K>> {
    return this.#start(call[0] ?? {});
  }

  /** Runs it here and now, with all that follows from it, without a broker (Celery's `apply`); answers its result, ready. */
  apply(...call: EagerCallParameters<In>): Promise<ResultOf<R, K>> {
    const { throw: propagate, retries, ...options } = call[0] ?? {};
    return this.#answer(this.#find().apply(this.#called(options), { throw: propagate, retries }));
  }

  /** Celery's JSON. @throws RefusedCall ("bad_arguments") for values that JSON cannot hold */
  toJSON(): Required<SignatureJson> {
    return writeSignature(this.#parts);
  }

  /** As Celery prints it: `tasks.add(2, 2) | tasks.add(4)`. */
  toString(): string {
    return describeSignature(this.#parts);
  }

  #start(call: AsyncCall<unknown[]> | object): Promise<ResultOf<R, K>> {
    return this.#answer(this.#find().start(this.#called(call)));
  }

  #called({ args = [], kwargs = {}, link = [], linkError = [], ...options }: Partial<AsyncCall<unknown[]>> & CallbackOptions): CanvasCall {
    const parts = cloneParts(this.#parts);
    for (const callback of [link].flat()) addOnce(parts.links, callback);
    for (const errback of [linkError].flat()) addOnce(parts.errbacks, errback);
    giveParts(parts, args, kwargs);
    setOptions(parts, options);
    const json = () => writeSignature(parts);
    const isStamped = parts.options.stamped_headers !== undefined;
    if (parts.kind !== "task" || isStamped || parts.links.length + parts.errbacks.length > 0) return { json };
    const named = Object.fromEntries(Object.entries(parts.options).map(([name, value]) => [toCamelCase(name), value]));
    return { json, lone: { task: parts.task, call: { ...named, args: parts.args, kwargs: parts.kwargs } } };
  }

  /** What comes of it is known by its type alone. */
  async #answer(result: Promise<unknown>): Promise<ResultOf<R, K>> {
    return (await result) as ResultOf<R, K>;
  }

  #find(): CanvasHome {
    if (this.#home !== undefined) return this.#home;
    throw new ImproperlyConfigured(
      `${this.task}: expected a signature of an app, to be sent by it: make it with task.s(…), or read it with app.signature(json)`,
    );
  }

  /** What it is made of, and its app: for those that put signatures together. */
  static opened(signature: AnySignature): { parts: SignatureParts; home: CanvasHome | undefined } {
    if (!(signature instanceof Signature)) throw new TypeError(`expected a signature such as task.s(…), got ${describeValue(signature)}`);
    return { parts: signature.#parts, home: signature.#home };
  }
}

/** A copy of what a signature is made of. */
export function partsOf(signature: AnySignature): SignatureParts {
  return cloneParts(Signature.opened(signature).parts);
}

/** The app of the first of them that has one. */
export function homeOf(signatures: readonly AnySignature[]): CanvasHome | undefined {
  return signatures.map((each) => Signature.opened(each).home).find((home) => home !== undefined);
}

function makeImmutable(parts: SignatureParts, immutable: boolean): void {
  if (parts.kind === "group") for (const each of parts.tasks) makeImmutable(each, immutable);
  else if (parts.kind === "chord") for (const each of parts.header) makeImmutable(each, immutable);
  else parts.immutable = immutable;
}

function addOnce(callbacks: SignatureParts[], signature: AnySignature): void {
  const parts = partsOf(signature);
  const text = JSON.stringify(writeSignature(parts));
  if (!callbacks.some((each) => JSON.stringify(writeSignature(each)) === text)) callbacks.push(parts);
}
