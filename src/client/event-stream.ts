import { camelMembers } from "../core/wire/camel-members.ts";
import { queryOf } from "./query.ts";
import type { Requester } from "./requester.ts";
import { type SseEvent, SseReader } from "./sse.ts";

/** One of Celery's events (`task-received`, `task-succeeded`, …), its members in camelCase. */
export interface TaskEvent {
  /** What happened; `reset`: events were missed, what is shown is to be read anew. */
  type: string;
  /** The task's id. */
  uuid?: string;
  /** Seconds since 1970, as Celery has it. */
  timestamp?: number;
  [member: string]: unknown;
}

/** Which events are told. */
export interface EventsOptions {
  /** Only events of these types. Default: all. */
  types?: readonly string[];
  /** Go on after the event of this id (`lastEventId` of one that was read before). Default: from now on. */
  lastEventId?: string;
  /** Told the id to go on after, also where no event came with it: `lastEventId` for who leaves before the first event and comes back. */
  onPlace?: (lastEventId: string) => void;
}

/** Without a byte for so long a connection is taken for dead; the server says something every 15 s or so. */
const SILENCE_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 1_000;

/** Reads the events of `/v1/events`, over as many connections as it takes: after each that ends it goes on behind the last event. */
export async function* readEvents(
  requester: Requester,
  { types, lastEventId = "", onPlace }: EventsOptions,
): AsyncGenerator<TaskEvent & { lastEventId: string }, void> {
  const path = `/v1/events${queryOf({ types: types?.join(",") })}`;
  for (let sse = new SseReader(lastEventId); ; sse = new SseReader(sse.id)) {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (sse.id !== "") headers["last-event-id"] = sse.id;
    const { response } = await requester.stream({ method: "GET", path, headers });
    for await (const event of eventsOf(response, requester, sse, onPlace))
      yield { type: event.event, ...membersOf(event.data), lastEventId: event.id };
    await requester.pause(sse.retry ?? PAUSE_MILLISECONDS);
  }
}

/** The events of one connection, until it ends in whatever way. */
async function* eventsOf(
  response: Response,
  requester: Requester,
  sse: SseReader,
  onPlace: EventsOptions["onPlace"],
): AsyncGenerator<SseEvent, void> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const read = await requester.within(SILENCE_MILLISECONDS, reader?.read());
      if (read === undefined || read.done) return;
      yield* sse.read(decoder.decode(read.value, { stream: true }));
      onPlace?.(sse.id);
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

function membersOf(data: string): object {
  const value: unknown = JSON.parse(data || "null");
  return typeof value === "object" && value !== null ? camelMembers<object>(value) : { data: value };
}
