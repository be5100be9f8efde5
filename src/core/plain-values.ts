/**
 * Values that Python has and JavaScript does not, as they come through Celery's JSON: a date without a time, a time without a date, a decimal
 * number, a UUID. Each holds its text as Python writes it and changes nothing of it; JSON and templates show that text.
 * Constructors throw `RangeError` for a text that is none.
 */
abstract class PlainValue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{3}|\d{6}))?)?([+-](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?$/;
const DECIMAL = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?|Infinity|s?NaN\d*)$/i;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** A day of the calendar (Python's `date`): `2026-12-24`, years 1 to 9999. */
export class PlainDate extends PlainValue {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;

  constructor(text: string) {
    super(text);
    const [, year, month, day] = (DATE.exec(text) ?? refuse("a date such as 2026-12-24", text)).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) refuse("a date such as 2026-12-24", text);
    this.year = year;
    this.month = month;
    this.day = day;
  }
}

/** A time of the day (Python's `time`): `18:00`, `18:00:00.250000`, with an offset or without. */
export class PlainTime extends PlainValue {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** As written, `+01:00`; null: none, as most have. */
  readonly offset: string | null;

  constructor(text: string) {
    super(text);
    const [, hour, minute, second = "0", fraction = "", offset = null] = TIME.exec(text) ?? refuse("a time such as 18:00:00", text);
    this.hour = Number(hour);
    this.minute = Number(minute);
    this.second = Number(second);
    this.microsecond = Number(fraction.padEnd(6, "0"));
    this.offset = offset;
  }
}

/** A decimal number of any length (Python's `Decimal`), such as `12.30`, `1E+3`, `Infinity`, `NaN`; it does not compute: hand `text` to a library, or `Number`. */
export class Decimal extends PlainValue {
  constructor(text: string) {
    super(DECIMAL.test(text) ? text : refuse("a decimal number such as 12.30", text));
  }
}

/** A UUID (Python's `UUID`); its text is in lower case with four dashes. */
export class Uuid extends PlainValue {
  /** Its 32 digits, in lower case. */
  readonly hex: string;

  constructor(text: string) {
    const hex = UUID.test(text) ? text.replaceAll("-", "").toLowerCase() : refuse("a UUID", text);
    super(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`);
    this.hex = hex;
  }

  /** The version of RFC 9562, 1 to 8; null for a UUID of another kind (the nil one, other variants), as in Python. */
  get version(): number | null {
    const variant = Number.parseInt(this.hex.charAt(16), 16);
    const version = Number.parseInt(this.hex.charAt(12), 16);
    return variant >= 8 && variant < 12 && version >= 1 && version <= 8 ? version : null;
  }
}

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function refuse(expected: string, text: string): never {
  throw new RangeError(`expected ${expected}, got ${JSON.stringify(text.slice(0, 80))}`);
}
