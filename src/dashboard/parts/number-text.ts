const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A count with separators: `12,345`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** A number in little room: `12.3K`. */
export function shortNumber(value: number): string {
  return Math.abs(value) < 10 ? String(Math.round(value * 100) / 100) : short.format(value);
}

/** `1 task`, `12 tasks`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
