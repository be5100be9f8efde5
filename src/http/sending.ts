import type { Sent } from "../broker/api.ts";
import { describeValue } from "../core/json-value.ts";
import { NONCE_HEADER, readNonceHeader } from "../core/wire/nonce-header.ts";
import { faultyProblem } from "./problem.ts";

/**
 * Reads the header `Celeriac-Nonce` of a submit: `<UUID>; attempt=2; age=1.5`. A submit that is sent again under the same nonce within ten
 * minutes, with its `attempt` counted up and its `age` in seconds since the first sending, is answered with the first one's ids and costs no row.
 * Undefined: the request has no such header. `now` is when the request came, in milliseconds since 1970.
 * @throws Problem `bad_option` for what has not that form
 */
export function readSending(request: Request, now: number): Sent | undefined {
  const text = request.headers.get(NONCE_HEADER);
  if (text === null) return undefined;
  const sending = readNonceHeader(text);
  if (sending !== undefined) return { nonce: sending.nonce, attempt: sending.attempt, sentAt: now - sending.ageSeconds * 1000 };
  const message = `expected a UUID, the attempt from 1 and its age in seconds, as in \`<uuid>; attempt=2; age=1.5\`, got ${describeValue(text.slice(0, 80))}`;
  throw faultyProblem("bad_option", [{ path: "Celeriac-Nonce", message }]);
}
