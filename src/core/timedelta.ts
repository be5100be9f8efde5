import { describeValue, isPlainObject } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";

/** The fields of Python's `timedelta`, and how many milliseconds one of each lasts. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ["weeks", 604_800_000],
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1_000],
  ["milliseconds", 1],
  ["microseconds", 0.001],
]);

/** The names of the fields a duration table may have, longest first. */
export const timedeltaFields: readonly string[] = [...FIELDS.keys()];

/** A duration in whole milliseconds, or why the value is none. */
export type Duration = { milliseconds: number } | { fault: string };

/**
 * Reads a duration: a number of seconds, or a table with the fields of Python's `timedelta` (`{ minutes = 1, seconds = 30 }`),
 * whose parts add up and may be negative or fractions. The sum is rounded to milliseconds; its sign is not judged here.
 */
export function readDuration(value: unknown): Duration {
  if (typeof value === "number" && Number.isFinite(value)) return { milliseconds: Math.round(value * 1000) };
  if (!isPlainObject(value))
    return { fault: `expected a number of seconds or a table such as { minutes = 1 }, got ${describeValue(value)}` };
  const parts = Object.entries(value);
  if (parts.length === 0) return { fault: `expected a table with at least one of ${timedeltaFields.join(", ")}, got an empty one` };
  let sum = 0;
  for (const [field, part] of parts) {
    const unit = FIELDS.get(field);
    if (unit === undefined) {
      return {
        fault: `unknown field '${field}' of a duration${didYouMean(field, timedeltaFields) || `; known are ${timedeltaFields.join(", ")}`}`,
      };
    }
    if (typeof part !== "number" || !Number.isFinite(part))
      return { fault: `expected a number for '${field}', got ${describeValue(part)}` };
    sum += part * unit;
  }
  return { milliseconds: Math.round(sum) };
}
