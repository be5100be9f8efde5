/**
 * How many bytes `text` takes in UTF-8. A character of a JavaScript string (a UTF-16 unit) takes one to three, so `text.length`
 * is at most three times too small; an emoji is two such characters and four bytes. A lone surrogate counts three, as
 * encoders write U+FFFD for it.
 */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair's four bytes are counted with its first half.
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) index++;
  }
  return bytes;
}

/** Whether `text` takes more than `limit` bytes in UTF-8; short texts are not looked through. */
export function exceeds(text: string, limit: number): boolean {
  return text.length * 3 > limit && (text.length > limit || byteLength(text) > limit);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
