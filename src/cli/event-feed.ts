import { setTimeout as sleep } from "node:timers/promises";
import { SseReader } from "../client/sse.ts";
import { CliError } from "./cli-error.ts";
import { type Document, isRecord } from "./document.ts";
import type { Session } from "./session.ts";

/** One of Celery's events: `type` (such as `task-succeeded`; `reset`: events were missed), `uuid`, `hostname`, `timestamp` (seconds) and more. */
export type TaskEvent = Document & { readonly type: string };

/** Without a byte for so long a connection is taken for dead: the deployment says something every 15 s or so. */
const SILENCE_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 1_000;

/**
 * The events of `GET /v1/events` as they come, until the user interrupts. When a connection is lost it goes on where that stood; the first one
 * must succeed.
 * @param query filters of the route
 */
export async function* readEvents(session: Session, query: Readonly<Record<string, string | undefined>>): AsyncGenerator<TaskEvent[]> {
  const { server, terminal, signal } = session;
  let reader = new SseReader();
  for (let first = true; !signal.aborted; first = false) {
    try {
      const stream = await server.stream("/v1/events", query, reader.id === "" ? {} : { "last-event-id": reader.id });
      reader = new SseReader(reader.id);
      for await (const piece of piecesOf(stream)) {
        const events = reader.read(piece);
        if (events.length > 0) yield events.flatMap(({ event, data }) => eventsOf(event, data));
      }
    } catch (error) {
      if (signal.aborted) return;
      if (first || (error instanceof CliError && error.exitCode !== 69)) throw error;
      terminal.note(`lost the deployment: ${error instanceof Error ? error.message : error}`);
    }
    await sleep(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const silence = new AbortController();
      const silent = sleep(SILENCE_MILLISECONDS, undefined, { signal: silence.signal }).catch(() => undefined);
      const read = await Promise.race([reader.read(), silent]);
      silence.abort();
      if (read === undefined || read.done) return;
      yield decoder.decode(read.value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** One event, or a batch of them. */
function eventsOf(type: string, data: string): TaskEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    value = undefined;
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => (isRecord(each) ? { ...each, type: typeof each.type === "string" ? each.type : type } : { type }));
}
