import type { CallOptions } from "../core/call.ts";
import type { AnySignature } from "./canvas/flow-types.ts";
import type { EagerOptions } from "./eager-options.ts";

/**
 * What `applyAsync` takes: how to call (`CallOptions`) and with what. `args` are the handler's own parameters. With `kwargs` (of a task
 * that declares `parameters`) some or all of them may be left out: the types trust the names, the call checks them.
 */
export type AsyncCall<A extends unknown[]> = CallOptions & (ByPosition<A> | ByName<A>);

interface ByName<A extends unknown[]> {
  args?: Readonly<Partial<A>>;
  kwargs: Record<string, unknown>;
}

type ByPosition<A extends unknown[]> = [] extends A
  ? { args?: Readonly<A>; kwargs?: undefined }
  : { args: Readonly<A>; kwargs?: undefined };

/** Signatures that are called when a task has ended, beside those of the signature itself. */
export interface CallbackOptions {
  /** Called with its value when it has succeeded (Celery's `link`). */
  link?: AnySignature | readonly AnySignature[] | undefined;
  /** Called when it has failed: see `Signature.linkError`. */
  linkError?: AnySignature | readonly AnySignature[] | undefined;
}

/** The parameters of `applyAsync`: the call may be left out when the handler needs no arguments. */
export type AsyncCallParameters<A extends unknown[]> = [] extends A
  ? [call?: AsyncCall<A> & CallbackOptions]
  : [call: AsyncCall<A> & CallbackOptions];

/** What `apply` takes: what `applyAsync` does, of which `countdown`, `eta`, `expires` and `queue` count for nothing, and how to run it. */
export type EagerCallParameters<A extends unknown[]> = [] extends A
  ? [call?: AsyncCall<A> & EagerOptions]
  : [call: AsyncCall<A> & EagerOptions];
