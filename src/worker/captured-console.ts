/**
 * What a task prints carries its name and id, as Celery redirects a task's stdout to its log. Outside a task the console
 * works as before.
 */
import { isLogWriting } from "../log.ts";
import { currentScope } from "./task-scope.ts";

/** The levels of what is printed: WARNING for plain prints (Celery's `worker_redirect_stdouts_level`), so that they are always seen. */
const LEVELS = { debug: "warning", log: "warning", info: "warning", warn: "warning", error: "error" } as const;

type Method = keyof typeof LEVELS;
type Console = Record<Method, (...values: unknown[]) => void>;

const captured = new WeakSet<object>();

/** Wraps `debug`, `log`, `info`, `warn` and `error` of a console, once; a second call on the same console does nothing. */
export function captureConsole(console: Console): void {
  if (captured.has(console)) return;
  captured.add(console);
  for (const method of ["debug", "log", "info", "warn", "error"] as const) {
    const original = console[method];
    console[method] = (...values: unknown[]): void => {
      // The log itself may be called inside a task, and prints through the same console.
      const scope = isLogWriting() ? undefined : currentScope();
      if (scope?.print === undefined) original.apply(console, values);
      else scope.print(LEVELS[method], values);
    };
  }
}
