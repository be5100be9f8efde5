/** Content types, and which of them are accepted: Celery's `accept_content` and `result_accept_content`. */
import { DecodeError } from "../task-errors.ts";

/** The serializers that Celery knows, and their content types. Only json is made here. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["json", "application/json"],
  ["msgpack", "application/x-msgpack"],
  ["yaml", "application/x-yaml"],
  ["pickle", "application/x-python-serialize"],
  ["auth", "application/data"],
]);

/** Every serializer's name that Celery knows. */
export const SERIALIZERS: readonly string[] = [...TYPES.keys()];

/** The serializer of a content type or of a serializer's name, in any capitals and with parameters (`; charset=utf-8`); else the text as it came. */
export function serializerOf(content: string): string {
  const [plain = ""] = content.split(";");
  const name = plain.trim().toLowerCase();
  for (const [serializer, type] of TYPES) {
    if (name === type || name === serializer) return serializer;
  }
  return name;
}

/**
 * Refuses content that is not accepted, before anything of it is read. `accept` holds names (`json`) or content types.
 * @throws DecodeError in kombu's words, and with what is accepted.
 */
export function checkContent(content: string, accept: readonly string[]): void {
  const serializer = serializerOf(content);
  if (accept.some((accepted) => serializerOf(accepted) === serializer)) return;
  const type = TYPES.get(serializer);
  const told = type === undefined ? JSON.stringify(content.slice(0, 80)) : `${serializer} (${type})`;
  throw new DecodeError(`Refusing to deserialize disabled content of type ${told}: accept_content has ${accept.join(", ") || "nothing"}`);
}
