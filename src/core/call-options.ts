import type { CallOptions } from "./call.ts";
import type { Fault } from "./errors.ts";
import { describeValue, isPlainObject } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import { isTimeLimit, LONGEST_TIME_LIMIT } from "./time-limits.ts";

/** The latest instant that JavaScript and ISO 8601 can name, in milliseconds since 1970. */
const LATEST = 8.64e15;
const LONGEST_NAME = 255;
const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const AN_OWN_LIMIT = `a number of seconds above 0, at most ${LONGEST_TIME_LIMIT}`;

interface Check {
  expected: string;
  accepts(value: unknown): boolean;
}

const CHECKS: Record<keyof CallOptions, Check> = {
  countdown: { expected: "a number of seconds, 0 or more", accepts: (value) => isNumber(value) && value >= 0 },
  eta: { expected: "a valid date and time", accepts: isInstant },
  expires: {
    expected: "a number of seconds above 0, or a valid date and time",
    accepts: (value) => isInstant(value) || (isNumber(value) && value > 0),
  },
  queue: { expected: "the name of a queue", accepts: isName },
  priority: {
    expected: "a whole number from 0 to 9 (9 first)",
    accepts: (value) => isNumber(value) && Number.isInteger(value) && value >= 0 && value <= 9,
  },
  taskId: {
    expected: "a UUID (8-4-4-4-12 hexadecimal digits)",
    accepts: (value) => typeof value === "string" && UUID_SHAPE.test(value),
  },
  headers: { expected: "an object", accepts: isPlainObject },
  ignoreResult: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  shadow: { expected: `a name of 1 to ${LONGEST_NAME} characters`, accepts: isName },
  idempotencyKey: { expected: `a key of 1 to ${LONGEST_NAME} characters`, accepts: isName },
  timeLimit: { expected: AN_OWN_LIMIT, accepts: isTimeLimit },
  softTimeLimit: { expected: AN_OWN_LIMIT, accepts: isTimeLimit },
  maxRetries: {
    expected: "a whole number, 0 or more, or null for any number",
    accepts: (value) => value === null || (isNumber(value) && Number.isInteger(value) && value >= 0),
  },
  concurrencyKey: { expected: `a key of 1 to ${LONGEST_NAME} characters`, accepts: isName },
  stamps: { expected: "an object", accepts: isPlainObject },
  stampedHeaders: {
    expected: "an array of names",
    accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
  },
};

/** The names of the options that a call may have (`CallOptions`), in camelCase. */
export const CALL_OPTION_NAMES: readonly string[] = Object.keys(CHECKS);

/**
 * What is wrong with the options of a call, everything at once: unknown names (with the nearest known one), wrong types, values out
 * of range, `countdown` together with `eta`, names of stamps that there are not. An option that is `undefined` counts as not given; `null` is a fault. Whether the
 * queue exists is for the caller to ask. `now` is milliseconds since 1970.
 */
export function findOptionFaults(options: Readonly<Record<string, unknown>>, now: number): Fault[] {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = isOptionName(name) ? CHECKS[name] : undefined;
    if (check === undefined) {
      const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
      faults.push({ path: shown, message: `'${shown}' is no option of a call${didYouMean(name, CALL_OPTION_NAMES)}` });
    } else if (!check.accepts(value)) {
      faults.push({ path: name, message: `expected ${check.expected}, got ${describeValue(value)}` });
    } else if ((name === "countdown" || name === "expires") && isNumber(value) && now + value * 1000 > LATEST) {
      faults.push({ path: name, message: `expected an instant before the year 275760, got ${describeValue(value)} seconds from now` });
    }
  }
  if (options.countdown !== undefined && options.eta !== undefined) {
    faults.push({ path: "eta", message: "expected either a countdown or an eta, got both" });
  }
  if (Array.isArray(options.stampedHeaders)) faults.push(...findStrayStamps(options.stampedHeaders, options.stamps));
  return faults;
}

/** Names that no stamp has: what they were to say would be lost. */
function findStrayStamps(names: readonly unknown[], stamps: unknown): Fault[] {
  const known = isPlainObject(stamps) ? Object.keys(stamps) : [];
  const strays = names.filter((name) => typeof name === "string" && !known.includes(name));
  return strays.map((name) => ({ path: "stampedHeaders", message: `expected the names of stamps, got ${describeValue(name)}` }));
}

function isOptionName(name: string): name is keyof CallOptions {
  return Object.hasOwn(CHECKS, name);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isInstant(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= LONGEST_NAME;
}
