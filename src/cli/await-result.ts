import { type Document, isRecord, textOf } from "./document.ts";
import type { Session } from "./session.ts";

const FINAL: readonly string[] = ["SUCCESS", "FAILURE", "REVOKED"];
/** The longest that the deployment holds one answer, in seconds. */
const LONGEST_HOLD = 60;

/** Whether a result document is of a task that has ended. */
export function isEnded(document: Document): boolean {
  return FINAL.includes(textOf(document.status));
}

/**
 * The result document of a task as it is when the task has ended, or when the time is over; asked again as often as it takes, since one request is held for 60 s at most.
 * @param seconds to wait; 0 asks once, Infinity goes on until the end
 * @throws CliError for an id that was never given, or whose result has expired
 */
export async function awaitResult({ server, clock }: Session, id: string, seconds: number): Promise<Document> {
  const until = clock.now() + seconds * 1_000;
  for (let left = seconds; ; ) {
    const hold = Math.min(left, LONGEST_HOLD);
    const path = `/v1/results/${encodeURIComponent(id)}`;
    const answer = await server.ask("GET", path, hold > 0 ? { hold, query: { wait: Number(hold.toFixed(3)) } } : {});
    const document = isRecord(answer) ? answer : {};
    left = (until - clock.now()) / 1_000;
    if (isEnded(document) || left <= 0) return document;
  }
}
