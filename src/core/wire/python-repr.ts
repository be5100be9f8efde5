/**
 * Writes a value that came out of JSON as Python's `repr` shows it: `True`, `None`, `'text'`, `[1, 2]`, `{'a': 1}`. Flower's API shows arguments and
 * results so, and its clients read them with `ast.literal_eval`. Text is in single quotes, or in double ones when it has single ones and no double.
 * A whole number is written as an int: JSON in JavaScript does not keep `2.0` apart from `2`.
 */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return numberRepr(value);
  if (typeof value === "string") return textRepr(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, member]) => `${textRepr(key)}: ${pythonRepr(member)}`)
    .join(", ")}}`;
}

/** Writes an exception as Python's `repr` shows it, from the error document that is stored: `ValueError('bad')`. */
export function exceptionRepr(document: unknown): string {
  const { exc_type: type, exc_message: message } = (document ?? {}) as { exc_type?: unknown; exc_message?: unknown };
  return `${typeof type === "string" ? type : "Exception"}(${(Array.isArray(message) ? message : []).map(pythonRepr).join(", ")})`;
}

/** Python pads an exponent to two digits: `1e-07`. */
function numberRepr(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);
/** What Python calls not printable: controls, formats, surrogates, private and unassigned letters, separators but the space. */
const ESCAPED = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function textRepr(text: string): string {
  const escaped = text.replace(ESCAPED, (letter) => SHORT_ESCAPES.get(letter) ?? hexEscape(letter.codePointAt(0) ?? 0));
  if (!text.includes("'")) return `'${escaped}'`;
  return text.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}

function hexEscape(code: number): string {
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
