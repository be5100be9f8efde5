/**
 * The type of an object that is called with `A` and answers `V`. It is a method's, so that, as with methods, one that takes numbers goes where one that takes
 * anything is wanted: a registry holds tasks of all kinds.
 */
type Called<A extends unknown[], V> = { call(...args: A): V }["call"];

/** What a subclass of `Callable` must have: what calling its instances does. */
interface Direct {
  callDirectly(args: unknown[]): unknown;
}

class FunctionObject {
  constructor() {
    // Typed by what the subclass is: it is made with the subclass's prototype below.
    const callable = ((...args: unknown[]) => (callable as unknown as Direct).callDirectly(args)) as unknown as object;
    // A subclass may have members of these names.
    Reflect.deleteProperty(callable, "name");
    Reflect.deleteProperty(callable, "length");
    // biome-ignore lint/correctness/noConstructorReturn: what a constructor answers is what its subclass's fields are put on
    return Object.setPrototypeOf(callable, new.target.prototype);
  }
}

/**
 * A class whose instances are functions: `callable(...args)` is `callable.callDirectly(args)`, which the subclass has. An instance is an
 * instance of its subclass, and has its members and private fields; of a function's own members (`name`, `call`, `bind`, …) it has none.
 */
export const Callable = FunctionObject as unknown as new <A extends unknown[], V>() => Called<A, V>;
