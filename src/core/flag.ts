/** Reads a boolean as Celery does: itself, or a word for it (`"yes"`, `"off"`, `"1"`), in any capitals. Undefined: it is none. */
export function readFlag(value: unknown): boolean | undefined {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === true || word === "true" || word === "yes" || word === "on" || word === "1") return true;
  if (word === false || word === "false" || word === "no" || word === "off" || word === "0") return false;
  return undefined;
}
