import { describeValue } from "../json-value.ts";

/** The five fields of a crontab by Celery's names. */
export type CrontabFieldName = "minute" | "hour" | "day_of_week" | "day_of_month" | "month_of_year";

/** The lowest and the highest number of each field. Sunday is 0, and 7 is no day, as in Celery. */
export const FIELD_BOUNDS: Readonly<Record<CrontabFieldName, readonly [lowest: number, highest: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day_of_week: [0, 6],
  day_of_month: [1, 31],
  month_of_year: [1, 12],
};

/** The numbers that a field selects, ascending, each once; or why it selects none. */
export type FieldRead = { values: number[] } | { fault: string };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/** A name's first three letters count. Celery takes names in any field, and looks for a month first. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ...DAYS.map((name, at): [string, number] => [name, at]),
  ...MONTHS.map((name, at): [string, number] => [name, at + 1]),
]);
const GRAMMAR = "a number, a name, *, a range such as 1-5, or one of the last two with a step such as */15";
const LONGEST = 1_000;

/** What is wrong with a part of a field. */
class FieldFault extends Error {}

/**
 * Reads one field by Celery's grammar: a whole number, an array of them, or text: parts with commas between them, each `*`, a number, a
 * range `A-B` (which wraps round when B is less: `22-4`), and `*` or a range with a step (`*` + `/15`, `8-17/2`). Numbers may be names by
 * their first three letters (`mon`, `Monday`, `jan`). The fault tells the position in the text, from 1, and what was expected. Text that
 * Celery leaves unread after a part (`1-5/2x-3`) is a fault here.
 */
export function readCrontabField(field: CrontabFieldName, value: unknown): FieldRead {
  try {
    const values = typeof value === "string" ? readText(field, value) : readNumbers(field, value);
    return { values: [...new Set(values)].sort((one, other) => one - other) };
  } catch (error) {
    if (error instanceof FieldFault) return { fault: `${field}: ${error.message}` };
    throw error;
  }
}

function readNumbers(field: CrontabFieldName, value: unknown): number[] {
  const numbers: unknown[] = Array.isArray(value) ? value : [value];
  if (numbers.length === 0) throw new FieldFault("expected at least one number, got an empty array: it would never fire");
  return numbers.map((number, at) => {
    const where = Array.isArray(value) ? `item ${at + 1}: ` : "";
    if (typeof number !== "number" || !Number.isInteger(number)) {
      const expected = where === "" ? "a whole number, an array of them, or text" : "a whole number";
      throw new FieldFault(`${where}expected ${expected}, got ${describeValue(number)}`);
    }
    return inBounds(field, number, where);
  });
}

function readText(field: CrontabFieldName, text: string): number[] {
  if (text.length > LONGEST) throw new FieldFault(`expected at most ${LONGEST} characters, got ${text.length}`);
  const values: number[] = [];
  let position = 1;
  for (const part of text.split(",")) {
    const where = text === part ? "" : `position ${position}: `;
    values.push(...readPart(field, part, where));
    position += part.length + 1;
  }
  return values;
}

function readPart(field: CrontabFieldName, part: string, where: string): number[] {
  if (part === "") throw new FieldFault(`${where}expected ${GRAMMAR}, got nothing`);
  const [, range = part, step] = /^([^/]*)\/(.*)$/s.exec(part) ?? [];
  const ends = /^(\w+)-(\w+)$/.exec(range);
  if (step !== undefined && range !== "*" && !ends) {
    throw new FieldFault(`${where}expected * or a range before the step, such as */${step || "15"}, got ${JSON.stringify(part)}`);
  }
  const [lowest, highest] = FIELD_BOUNDS[field];
  const all = range === "*" ? sequence(lowest, highest) : readRange(field, range, ends, where);
  if (step === undefined) return all;
  const every = /^\d+$/.test(step) ? Number(step) : 0;
  if (every < 1) throw new FieldFault(`${where}expected a step of at least 1 after '/', got ${JSON.stringify(step)}`);
  return all.filter((_value, at) => at % every === 0);
}

function readRange(field: CrontabFieldName, range: string, ends: RegExpExecArray | null, where: string): number[] {
  const [lowest, highest] = FIELD_BOUNDS[field];
  if (!ends) return [readNumber(field, range, where)];
  const [, from = "", to = ""] = ends;
  const first = readNumber(field, from, where);
  const last = readNumber(field, to, where);
  return last < first ? [...sequence(first, highest), ...sequence(lowest, last)] : sequence(first, last);
}

function readNumber(field: CrontabFieldName, text: string, where: string): number {
  const bare = text.trim();
  const number = /^\d+$/.test(bare) ? Number(bare) : NAMES.get(bare.slice(0, 3).toLowerCase());
  if (number === undefined) throw new FieldFault(`${where}expected ${GRAMMAR}, got ${JSON.stringify(text)}`);
  return inBounds(field, number, where);
}

function inBounds(field: CrontabFieldName, number: number, where: string): number {
  const [lowest, highest] = FIELD_BOUNDS[field];
  if (number >= lowest && number <= highest) return number;
  const sunday = field === "day_of_week" && number === 7 ? " (Sunday is 0)" : "";
  throw new FieldFault(`${where}expected a number from ${lowest} to ${highest}, got ${number}${sunday}`);
}

function sequence(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
