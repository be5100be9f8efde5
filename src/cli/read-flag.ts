import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { findUnsafe } from "../core/wire/json-guard.ts";
import { usageError } from "./cli-error.ts";
import { cut } from "./cut.ts";

const SHOWN = 200;

/**
 * Reads a flag's JSON: written out, or `@file`, or `-` for stdin (a system takes arguments of some 128 KB only). @throws CliError with exit code 2 that
 * names the flag, and shows how to quote.
 */
export async function readJsonFlag(flag: string, given: string, shape: "array" | "object"): Promise<unknown> {
  const json = /^(-$|@)/.test(given) ? await readSource(flag, given) : given;
  const example = shape === "array" ? `'[2, 3]'` : `'{"x": 2}'`;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw usageError(
      `${flag} expects a JSON ${shape} such as ${example}, got '${cut(json, SHOWN)}', which is no JSON (quotes within must reach the program)`,
    );
  }
  const [fault] = findUnsafe(json, value);
  if (fault !== undefined) throw usageError(`${flag}: ${fault.message}`);
  const fits = shape === "array" ? Array.isArray(value) : typeof value === "object" && value !== null && !Array.isArray(value);
  if (!fits) throw usageError(`${flag} expects a JSON ${shape} such as ${example}, got ${cut(JSON.stringify(value), SHOWN)}`);
  return value;
}

async function readSource(flag: string, given: string): Promise<string> {
  try {
    return given === "-" ? await text(process.stdin) : await readFile(given.slice(1), "utf8");
  } catch (error) {
    throw usageError(`${flag} cannot read ${given === "-" ? "stdin" : given.slice(1)}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Reads a flag's number, not negative. @throws CliError with exit code 2 */
export function readNumberFlag(flag: string, text: string, least = 0): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw usageError(`${flag} expects a number${least > 0 ? ` of at least ${least}` : ""}, got '${text}'`);
}

/** Reads a flag's whole number, from `least` to `most`. @throws CliError with exit code 2 */
export function readWholeFlag(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usageError(`${flag} expects a whole number from ${least} to ${most}, got '${text}'`);
}

/** Seconds to wait: `--wait 5`, or without end with `--wait` alone. */
export function readWait(value: string | true | undefined): number {
  if (value === undefined) return 0;
  return value === true ? Number.POSITIVE_INFINITY : readNumberFlag("--wait", value);
}

/** A list separated by commas, as Celery's `-d` and `-Q`; what is given several times is joined. */
export function readList(value: string, before: readonly string[] = []): string[] {
  const words = value.split(",").map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== "")];
}
