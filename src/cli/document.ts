/** A JSON object of a deployment's answer, before it is looked into. */
export type Document = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects in a member that holds a list; none when it holds none. */
export function listOf(value: unknown, member: string): Document[] {
  const list = isRecord(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** A member as text: a text as it is, null and what is missing as "", all else as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A member that is a number; else 0. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
