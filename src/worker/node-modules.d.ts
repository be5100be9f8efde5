/**
 * The parts of Node's modules that this room uses. The platform has them (`nodejs_compat`, on by the compatibility date);
 * @types/node would bring Node's globals along, which differ from the platform's.
 */
declare module "node:async_hooks" {
  /** A value that follows a chain of calls, awaits and callbacks. */
  export class AsyncLocalStorage<T> {
    /** Calls `callback` with `args`; inside, and in all that it starts, `getStore` answers `store`. */
    run<A extends unknown[], R>(store: T, callback: (...args: A) => R, ...args: A): R;
    getStore(): T | undefined;
  }
}

declare module "node:util" {
  /** The text that `console.log` would print. */
  export function format(...values: unknown[]): string;
}
