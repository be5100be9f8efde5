import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** What is asked for again and again. */
export interface Polled<V> {
  /** What came last; undefined: nothing yet. It stays while a later question fails. */
  value: V | undefined;
  /** Why the last question failed; undefined: it did not. */
  error: unknown;
  /** Asks now. */
  refresh(): void;
}

/**
 * Asks, and asks again every so many seconds (0: never again) while the page is seen; at once when it is seen again. What `ask` reads must be in `inputs`: when one of them changes,
 * what came before is forgotten. Never two questions at once.
 */
export function usePolled<V>(ask: () => Promise<V>, seconds: number, inputs: readonly unknown[] = []): Polled<V> {
  const [state, setState] = useState<{ value?: V; error?: unknown; key: readonly unknown[] }>({ key: inputs });
  const again = useRef(() => {});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let isAsking = false;
    const run = async () => {
      clearTimeout(timer);
      if (isOver || isAsking) return;
      isAsking = true;
      try {
        const value = await ask();
        if (!isOver) setState({ value, key: inputs });
      } catch (error) {
        if (!isOver) setState((before) => ({ value: before.key === inputs ? before.value : undefined, error, key: inputs }));
      }
      isAsking = false;
      if (!isOver && seconds > 0 && !document.hidden) timer = setTimeout(run, seconds * 1000);
    };
    const seen = () => void (document.hidden || run());
    again.current = run;
    document.addEventListener("visibilitychange", seen);
    void run();
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [...inputs, seconds]);
  const isSame = state.key.length === inputs.length && state.key.every((one, index) => Object.is(one, inputs[index]));
  const refresh = useCallback(() => again.current(), []);
  return { value: isSame ? state.value : undefined, error: isSame ? state.error : undefined, refresh };
}
