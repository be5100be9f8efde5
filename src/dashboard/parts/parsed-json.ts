/** What kinds of JSON a field takes. */
export type JsonKind = "an array" | "an object" | "a value";

/** Reads a field that holds JSON, or says what is wrong with it. An empty one is an empty array or object. */
export function parsedJson(text: string, kind: JsonKind): { value: unknown } | { fault: string } {
  const example = kind === "an array" ? '[2, "x"]' : kind === "an object" ? '{"name": 2}' : '2, "x" or [2, "x"]';
  if (text.trim() === "" && kind !== "a value") return { value: kind === "an array" ? [] : {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `This is not JSON; write ${kind} such as ${example}. ${error instanceof Error ? error.message : ""}`.trim() };
  }
  const found = Array.isArray(value) ? "an array" : typeof value === "object" && value !== null ? "an object" : "a value";
  return kind === "a value" || found === kind ? { value } : { fault: `Expected ${kind} such as ${example}.` };
}
