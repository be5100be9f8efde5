/**
 * A short, stable mark of a JSON value: 16 hexadecimal digits that are the same for equal values, whatever the order of their
 * keys. Two different values share one by chance only (64 bits). It is no secret and no proof: who wants to can make two alike.
 * Throws `RangeError` when the value is nested too deeply to be written as JSON.
 */
export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value, sortKeys) ?? "";
  let high = 0x2545f491;
  let low = 0x4f6cdd1d;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(((low << 13) | (low >>> 19)) + unit, 0x85ebca77);
  }
  return hex(scramble(high ^ text.length)) + hex(scramble(low ^ high));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

// Both accumulators only push bits upwards; without this, near texts would differ in few digits.
function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
