import type { Clock, Timers } from "../clock.ts";
import type { Call } from "../core/call.ts";
import { CLONE_LIMIT, findOverflow } from "../core/clone-size.ts";
import type { Lookup } from "../core/result.ts";
import type { ShardStats } from "../core/units.ts";
import type { Accepted, BrokerApi, BrokerClient, ClaimRequest, Grant, Refused, Renewal, ReportRequest, Submission } from "./api.ts";
import { Batcher } from "./batcher.ts";

/** How often a call is tried, and the wait before the second try (milliseconds; it doubles). */
const TRIES = 6;
const FIRST_PAUSE_MILLISECONDS = 20;

/** Calls with longer lines (characters) travel alone: a hundred of these are far below the 32 MiB that an RPC takes. */
const LONGEST_TOGETHER = 64_000;

/** What a client stands on: the way to the objects, time and chance. */
export interface ClientParts {
  /** A fresh stub of one shard's object; one that has seen a reset is dead for good. */
  stub(shard: number): BrokerApi;
  clock: Clock;
  timers: Timers;
  /** A UUID that was never made before. */
  nonce(): string;
  /** Keeps work going when the request that began it ends first (the platform's `waitUntil`). */
  keep(work: Promise<unknown>): void;
}

/**
 * Reaches the Broker objects. A call that fails because the object was reset, moved or deployed is made again on a fresh
 * stub: nonces make that safe. An overloaded object is not asked again.
 */
export function repeatingClient(parts: ClientParts): BrokerClient {
  const shard =
    (number: number) =>
    <T>(call: (broker: BrokerApi, attempt: number) => Promise<T>) =>
      again((attempt) => call(parts.stub(number), attempt), parts.timers);
  const first = shard(0);
  const submits = new Batcher<Submission, Accepted | Refused>({
    ...parts,
    ask: (submissions, repeated) =>
      first((broker, attempt) => {
        // The first sending of what may have been sent before is its second.
        const number = repeated ? attempt + 1 : attempt;
        return broker.submitTogether(submissions.map((submission) => ({ ...submission, attempt: number })));
      }),
  });
  const lookups = new Batcher<string, Lookup>({
    ...parts,
    async ask(ids) {
      const found: Lookup[] = [];
      // Large results come in several calls.
      while (found.length < ids.length) found.push(...(await first((broker) => broker.results(ids.slice(found.length)))));
      return found;
    },
  });
  return {
    async submit(calls: Call[], options: { waitSeconds?: number } = {}): Promise<Accepted | Refused> {
      const submission = { version: 1 as const, nonce: parts.nonce(), sentAt: parts.clock.now(), calls, attempt: 1, ...options };
      if (travelsTogether(submission)) return submits.ask(submission);
      const overflow = findOverflow(calls);
      if (overflow !== undefined) return tooLarge(overflow);
      return first((broker, attempt) => broker.submit({ ...submission, attempt }));
    },
    result: (id: string, waitSeconds: number): Promise<Lookup> =>
      waitSeconds > 0 ? first((broker) => broker.result(id, waitSeconds)) : lookups.ask(id),
    claim(number: number, request: ClaimRequest): Promise<Grant> {
      const nonce = parts.nonce();
      return shard(number)((broker) => broker.claim({ ...request, nonce }));
    },
    report(number: number, request: ReportRequest): Promise<Grant> {
      const nonce = parts.nonce();
      return shard(number)((broker) => broker.report({ ...request, nonce }));
    },
    renew: (number: number, lease: string): Promise<Renewal> => shard(number)((broker) => broker.renew(lease)),
    sweep: (): Promise<void> => first((broker) => broker.sweep()),
    stats: async (): Promise<ShardStats[]> => [await first((broker) => broker.stats())],
  };
}

/** Whether a submit is small, and waits for nothing but its id. */
function travelsTogether({ calls, waitSeconds = 0 }: Submission): boolean {
  return waitSeconds === 0 && calls.length === 1 && (calls[0]?.line.length ?? 0) <= LONGEST_TOGETHER;
}

/** Calls that no RPC carries are refused here: the platform would only throw. */
function tooLarge({ index, bytes }: { index: number; bytes: number }): Refused {
  const message =
    `Expected calls of at most ${CLONE_LIMIT} bytes at once (a text counts one byte a character, ` +
    `or two if any is beyond Latin-1), got ${bytes}: send them in several.`;
  return { ok: false, code: "too_large", index, message };
}

async function again<T>(call: (attempt: number) => Promise<T>, timers: Timers): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (attempt === TRIES || !isReset(error)) throw error;
      await new Promise<void>((resolve) => timers.after(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1), resolve));
    }
  }
}

/** Whether the object, not the call, failed: the platform's marks, and its texts where it sets none. */
function isReset(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { retryable, overloaded, durableObjectReset } = error as Error & Record<"retryable" | "overloaded" | "durableObjectReset", unknown>;
  if (overloaded === true) return false;
  return (
    retryable === true ||
    durableObjectReset === true ||
    /Durable Object reset because|Network connection lost|no longer active|starts again/.test(error.message)
  );
}
