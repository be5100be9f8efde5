import type { Fault } from "./errors.ts";
import { ImproperlyConfigured } from "./errors.ts";
import { describeValue } from "./json-value.ts";

/**
 * Gathers what is wrong with a part of the configuration, so that all of it is told at once. Messages are one line each: the
 * local runner shows them on one line.
 */
export class SettingFaults {
  readonly faults: Fault[] = [];
  readonly #where: string;

  /** @param where the table that is read, as its writer knows it, such as `[vars.celeryconfig]`. */
  constructor(where: string) {
    this.#where = where;
  }

  /** Notes one fault. `path` is the dotted key. */
  add(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  /** Notes that a value was not what was expected. */
  expected(path: string, expected: string, got: unknown): void {
    this.add(path, `expected ${expected}, got ${describeValue(got)}`);
  }

  /** Throws ImproperlyConfigured that tells every fault noted; does nothing when there is none. */
  raise(): void {
    if (this.faults.length === 0) return;
    const told = this.faults.map(faultLine);
    const text = told.length === 1 ? told[0] : `${told.length} faults: ${told.map((line, index) => `(${index + 1}) ${line}`).join("; ")}`;
    throw new ImproperlyConfigured(`${this.#where}: ${text}`);
  }
}

/** One fault as people read it: `timezone: expected …`. */
export function faultLine(fault: Fault): string {
  return fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`;
}
