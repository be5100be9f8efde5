import { SERIALIZERS, serializerOf } from "../core/wire/content.ts";
import { DEPTH_LIMIT, isTooDeep } from "../core/wire/json-guard.ts";
import { Problem } from "./problem.ts";

/** How many bytes a request's body may have: 16 MiB. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/** How many bytes of a refused body are read and thrown away. */
const DISCARD_LIMIT = 64 * 1024 * 1024;

// Decoding drops a byte order mark, which JSON texts of some editors begin with.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Reads a body as text, at most `BODY_LIMIT` bytes of it. An absent body is "".
 * @throws Problem `too_large` once the limit is passed (by Content-Length before reading any of it), `cut_short` when the connection
 * ends or breaks before the body does, `not_utf8`.
 */
export async function readBody(request: Request): Promise<string> {
  const length = request.headers.get("content-length");
  // To ask for the stream makes one; where the length is known there is no need.
  const stream = length === null ? request.body : undefined;
  if (stream === null) return "";
  if (length !== null && Number(length) > BODY_LIMIT) throw tooLarge(length);
  const bytes = await (stream === undefined ? request.arrayBuffer() : readCounted(stream)).catch(refuseCut);
  if (bytes.byteLength > BODY_LIMIT) throw tooLarge(bytes.byteLength);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Problem("not_utf8", "Expected JSON in UTF-8, got bytes that are not UTF-8 (compressed bodies are not taken either).");
  }
}

/** Where a JSON text stands in the body: its path, and words such as `line 3: `; and how deep it may be nested. */
interface JsonPlace {
  path?: string;
  prefix?: string;
  /** Default `DEPTH_LIMIT`. */
  limit?: number;
}

/**
 * Parses JSON text.
 * @throws Problem `not_json`, naming where in the body the text stands, and `bad_body` when it is nested too deeply.
 */
export function parseJson(text: string, { path = "", prefix = "", limit = DEPTH_LIMIT }: JsonPlace = {}): unknown {
  if (isTooDeep(text, limit)) {
    const message = `${prefix}expected at most ${limit} arrays and objects within each other, got more: flatten the arguments`;
    throw new Problem("bad_body", message, { faults: [{ path, message }] });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `${prefix}expected JSON: ${error instanceof Error ? error.message : "not JSON"}`;
    throw new Problem("not_json", message, { faults: [{ path, message }] });
  }
}

/**
 * Checks the content type of a body that is not empty against the types taken, and answers which it is. Parameters are
 * ignored but for `charset`, which can only be UTF-8.
 * @throws Problem `unsupported_media_type`.
 */
export function contentType<T extends string>(request: Request, taken: readonly T[]): T {
  const header = request.headers.get("content-type") ?? "";
  const exact = taken.find((type) => type === header);
  if (exact !== undefined) return exact;
  const [media = "", ...parameters] = header.toLowerCase().split(";");
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(parameter)?.[1])
    .find((name) => name !== undefined);
  const type = taken.find((candidate) => candidate === media.trim());
  if (type !== undefined && (charset === undefined || charset === "utf-8" || charset === "utf8")) return type;
  const serializer = serializerOf(header);
  const known = SERIALIZERS.includes(serializer) && serializer !== "json";
  const came =
    header === ""
      ? "none"
      : `${JSON.stringify(header.slice(0, 100))}${known ? ` (${serializer} is not accepted here, as accept_content says)` : ""}`;
  throw new Problem("unsupported_media_type", `Expected the content type ${taken.join(" or ")} (in UTF-8), got ${came}.`, {
    headers: { accept: taken.join(", ") },
  });
}

/**
 * Reads what is left of a refused request's body, and forgets it; at most 64 MiB. A runtime that is answered for while the client
 * still sends cuts the connection, and many clients then report that instead of the answer. One that asks first (`Expect:
 * 100-continue`) is spared the sending. Never throws.
 */
export async function discardBody(request: Request): Promise<void> {
  if (request.body === null || request.headers.has("expect")) return;
  try {
    const reader = request.body.getReader();
    for (let size = 0; size < DISCARD_LIMIT; ) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // It was read already, or the client is gone: nothing is left to discard.
  }
}

async function readCounted(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > BODY_LIMIT) {
      reader.releaseLock();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** The platform's own error bears the mark "retryable", as that of a broker that is gone does. */
function refuseCut(error: unknown): never {
  if (error instanceof Problem) throw error;
  throw new Problem("cut_short", "Expected the whole body, as long as Content-Length or its chunks say; the connection ended before.");
}

function tooLarge(length: string | number = "more"): Problem {
  return new Problem(
    "too_large",
    `Expected a body of at most ${BODY_LIMIT} bytes, got ${length}: send the tasks in several calls, or large data by reference.`,
  );
}
