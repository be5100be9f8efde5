/** Bytes as text. Core has no platform to ask for it. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<number, number> = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const REPLACEMENT = 0xfffd;
/** What the first byte of a character begins with, by how many follow it. */
const LEADS: readonly number[] = [0, 0xc0, 0xe0, 0xf0];
/** `String.fromCharCode` takes its units as arguments, and a call holds only so many. */
const CHUNK = 8_192;

/** Writes bytes as Base64 (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [at, at + 1, at + 2].map((index) => bytes[index]);
    const group = ((a ?? 0) << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += DIGITS.charAt(group >> 18) + DIGITS.charAt((group >> 12) & 63);
    text += (b === undefined ? "=" : DIGITS.charAt((group >> 6) & 63)) + (c === undefined ? "=" : DIGITS.charAt(group & 63));
  }
  return text;
}

/** Reads Base64; undefined when it is none. Padding must be there, and nothing else than the 64 digits. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  let written = 0;
  for (let at = 0; at < text.length; at++) {
    const value = at >= text.length - padding ? 0 : VALUES.get(text.charCodeAt(at));
    if (value === undefined) return undefined;
    group = ((group << 6) | value) & 0xffffff;
    if (at % 4 !== 3) continue;
    for (let shift = 16; shift >= 0 && written < bytes.length; shift -= 8) bytes[written++] = (group >> shift) & 255;
  }
  return bytes;
}

/** Reads bytes as UTF-8; undefined when they are none (also overlong forms and surrogates, as Python's decoder has it). */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return undefined;
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let index = at + 1; index < at + length; index++) {
      const next = bytes[index] ?? 0;
      if ((next & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    const overlong = (length === 3 && point < 0x800) || (length === 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    if (point < 0x10000) units.push(point);
    else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    if (units.length >= CHUNK) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
    at += length;
  }
  return parts.join("") + String.fromCharCode(...units);
}

/** Writes text as UTF-8; half a surrogate pair becomes U+FFFD. */
export function toUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const found = text.codePointAt(at) ?? 0;
    const point = found >= 0xd800 && found < 0xe000 ? REPLACEMENT : found;
    if (point >= 0x10000) at++;
    if (point < 0x80) {
      bytes[length++] = point;
      continue;
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[length++] = (LEADS[more] ?? 0) | (point >> (6 * more));
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) bytes[length++] = 0x80 | ((point >> shift) & 0x3f);
  }
  return bytes.slice(0, length);
}
