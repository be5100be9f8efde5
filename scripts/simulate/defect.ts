/** Spoils the product; answers how to make it good again. */
export type Defect = () => () => void;

type Methods<T> = { [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] };

/** Puts another method in a method's place; answers how to put it back. */
export function replace<T extends object, K extends keyof Methods<T>>(owner: T, name: K, make: (method: T[K]) => T[K]): () => void {
  const method = owner[name];
  owner[name] = make(method);
  return () => {
    owner[name] = method;
  };
}
