/** A Cron Trigger that can be matched against the clock. */
export interface CronTrigger {
  /** As written in `wrangler.toml`; the Worker script is given it as `controller.cron`. */
  expression: string;
  /** Tells whether it fires in the minute (UTC) that holds this instant, in milliseconds since 1970. */
  matches(at: number): boolean;
}

interface Field {
  name: string;
  lowest: number;
  highest: number;
  names: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS = [
  { name: "minute", lowest: 0, highest: 59, names: [] },
  { name: "hour", lowest: 0, highest: 23, names: [] },
  { name: "day of the month", lowest: 1, highest: 31, names: [] },
  { name: "month", lowest: 1, highest: 12, names: MONTHS },
  // Cloudflare counts weekdays from 1, Sunday, as Quartz does; Unix and Celery count from 0.
  { name: "weekday", lowest: 1, highest: 7, names: WEEKDAYS },
] as const satisfies readonly Field[];

/**
 * Reads a Cron Trigger of Cloudflare's: five fields, in UTC, each `*`, a number, a name (months, weekdays), a range, a step or a list of
 * these; the weekday is 1 (Sunday) to 7. When both days are restricted, either one is enough, as in every cron. Cloudflare's `L`, `W` and `#`
 * are not known here.
 * @returns the trigger, or why this expression cannot be matched.
 */
export function readCronTrigger(expression: string): CronTrigger | { fault: string } {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) return { fault: `expected five fields, got ${texts.length}` };
  const sets: Set<number>[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const set = readField(field, texts[index] ?? "");
    if (set === undefined) return { fault: `'${texts[index]}' is no ${field.name} that is understood here` };
    sets.push(set);
  }
  const [minutes, hours, days, months, weekdays] = sets;
  const anyDay = isOpen(texts[2]);
  const anyWeekday = isOpen(texts[4]);
  return {
    expression,
    matches(at) {
      const time = new Date(at);
      if (!minutes?.has(time.getUTCMinutes()) || !hours?.has(time.getUTCHours()) || !months?.has(time.getUTCMonth() + 1)) return false;
      const day = days?.has(time.getUTCDate()) === true;
      const weekday = weekdays?.has(time.getUTCDay() + 1) === true;
      return anyDay || anyWeekday ? day && weekday : day || weekday;
    },
  };
}

/** A field that begins with a star restricts nothing by itself. */
function isOpen(text: string | undefined): boolean {
  return text?.startsWith("*") === true || text === "?";
}

function readField(field: Field, text: string): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const range = readRange(field, part);
    if (range === undefined) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

function readRange(field: Field, part: string): { from: number; to: number; step: number } | undefined {
  const [body = "", stepText, ...rest] = part.split("/");
  const step = stepText === undefined ? 1 : readNumber(stepText);
  if (rest.length > 0 || step === undefined || step < 1) return undefined;
  if (body === "*" || body === "?") return { from: field.lowest, to: field.highest, step };
  const [first = "", last, ...more] = body.split("-");
  const from = readValue(field, first);
  // A lone number with a step runs to the end: 5/15 is 5, 20, 35, 50.
  const to = last === undefined ? (stepText === undefined ? from : field.highest) : readValue(field, last);
  if (more.length > 0 || from === undefined || to === undefined || from > to) return undefined;
  return { from, to, step };
}

function readValue(field: Field, text: string): number | undefined {
  const position = field.names.indexOf(text.toUpperCase());
  if (position >= 0) return field.lowest + position;
  const value = readNumber(text);
  return value !== undefined && value >= field.lowest && value <= field.highest ? value : undefined;
}

function readNumber(text: string): number | undefined {
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}
