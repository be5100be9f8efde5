/// <reference path="./node-modules.d.ts" />
/**
 * What a task prints carries its name and id, as Celery redirects a task's stdout to its log. Outside a task the console
 * works as before.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { LogLevel } from "../log.ts";
import { isLogWriting } from "../log.ts";

/** Where the prints of one task go. */
export interface Printer {
  print(level: LogLevel, values: unknown[]): void;
}

/** The levels of what is printed: WARNING for plain prints (Celery's `worker_redirect_stdouts_level`), so that they are always seen. */
const LEVELS = { debug: "warning", log: "warning", info: "warning", warn: "warning", error: "error" } as const;

type Method = keyof typeof LEVELS;
type Console = Record<Method, (...values: unknown[]) => void>;

const printers = new AsyncLocalStorage<Printer>();
const captured = new WeakSet<object>();
let atOnce: Printer | undefined;

/**
 * Calls `callback` so that what it prints, and what it starts prints later, goes to `printer`. Costs about 0.7 microseconds
 * in Node, but 5 in workerd, which makes an object of its own for each.
 */
export function runPrinting<A extends unknown[], R>(printer: Printer, callback: (...args: A) => R, ...args: A): R {
  return printers.run(printer, callback, ...args);
}

/** Calls `callback` so that what it prints before it returns goes to `printer`; what prints later is on its own. Costs nothing. */
export function runPrintingAtOnce<A extends unknown[], R>(printer: Printer, callback: (...args: A) => R, ...args: A): R {
  const before = atOnce;
  atOnce = printer;
  try {
    return callback(...args);
  } finally {
    atOnce = before;
  }
}

/** Wraps `debug`, `log`, `info`, `warn` and `error` of a console, once; a second call on the same console does nothing. */
export function captureConsole(console: Console): void {
  if (captured.has(console)) return;
  captured.add(console);
  for (const method of ["debug", "log", "info", "warn", "error"] as const) {
    const original = console[method];
    console[method] = (...values: unknown[]): void => {
      // The log itself may be called inside a task, and prints through the same console.
      const printer = isLogWriting() ? undefined : (atOnce ?? printers.getStore());
      if (printer === undefined) original.apply(console, values);
      else printer.print(LEVELS[method], values);
    };
  }
}
