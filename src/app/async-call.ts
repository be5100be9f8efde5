import type { CallOptions } from "../core/call.ts";
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

/** The parameters of `applyAsync`: the call may be left out when the handler needs no arguments. */
export type AsyncCallParameters<A extends unknown[]> = [] extends A ? [call?: AsyncCall<A>] : [call: AsyncCall<A>];

/** What `apply` takes: what `applyAsync` does, of which `countdown`, `eta`, `expires` and `queue` count for nothing, and how to run it. */
export type EagerCallParameters<A extends unknown[]> = [] extends A
  ? [call?: AsyncCall<A> & EagerOptions]
  : [call: AsyncCall<A> & EagerOptions];
