import type { EventSource, EventsPart } from "../broker/api.ts";
import type { Timers } from "../clock.ts";
import { type EventPlace, writeEventPlaces } from "../core/event-places.ts";
import type { EventFilter, TaskEvent } from "../core/task-event.ts";
import { eventDocument } from "../core/wire/event-document.ts";

/** How long a shard is asked to wait for something to tell; when all are silent, the stream says that it lives. */
const WAIT_MILLISECONDS = 15_000;
/** Between two calls to one shard: what happens meanwhile travels together. */
const PAUSE_MILLISECONDS = 50;
/** The most events of one call. */
const MOST_EVENTS = 1_000;
/** A request of the platform's may make 1,000 calls: then the stream ends, and its reader comes again. */
const MOST_CALLS = 800;
/** How long a reader waits before it connects again (milliseconds). */
const RETRY_MILLISECONDS = 1_000;

/** What is to be read. */
export interface StreamRequest {
  filter: EventFilter;
  /** Where each shard was left; `unknown`: the reader names an event that is none of ours; absent: from now on. */
  places?: ReadonlyMap<number, EventPlace> | "unknown";
}

/** What a shard has told, or why it did not. */
type Arrival = { shard: number; part: EventsPart } | { shard: number; lost: true };

/**
 * Merges the events of all shards into one stream of server-sent events. It asks only as fast as its reader reads: one who is too slow is overtaken by the ring and told to `reset`, and
 * nothing piles up here. It ends when a shard does not answer and after 800 calls; the id of each event holds a place at every shard, so that a
 * reader goes on elsewhere. Resolves when each shard has told where it stands.
 * @throws what the broker throws when it cannot be reached at the beginning
 */
export async function eventStream(source: EventSource, request: StreamRequest, timers: Timers): Promise<ReadableStream<Uint8Array>> {
  const { filter, places: asked } = request;
  const encoder = new TextEncoder();
  const places = new Map<number, EventPlace>();
  const arrivals = new Map<number, Promise<Arrival>>();
  let calls = 0;
  let isOver = false;

  const ask = (shard: number, after: EventPlace | null) => {
    calls += 1;
    return source.events(shard, { version: 1, filter, after, waitMilliseconds: WAIT_MILLISECONDS, most: MOST_EVENTS });
  };
  /** Whether the reader is to be told that it misses events of that shard: it was added since. */
  const join = async (shard: number): Promise<boolean> => {
    const known = asked instanceof Map ? asked.get(shard) : undefined;
    places.set(shard, known ?? (await ask(shard, null)).place);
    return known === undefined;
  };
  const next = (shard: number, pause: number): Promise<Arrival> =>
    pauseFor(timers, pause)
      .then(() => ask(shard, places.get(shard) ?? null))
      .then(
        (part): Arrival => ({ shard, part }),
        (): Arrival => ({ shard, lost: true }),
      );
  // Further shards are known by what these answer; a reader's word for them is not taken.
  const joined = await Promise.all([...Array(source.shards).keys()].map(join));
  const isBehind = asked === "unknown" || (asked !== undefined && joined.includes(true));

  const id = () => `id: ${writeEventPlaces(places)}\n`;
  const reset = () => `${id()}event: reset\ndata: {"type":"reset"}\n\n`;
  const written = async ({ shard, part }: Extract<Arrival, { part: EventsPart }>): Promise<string> => {
    const { place, events } = part;
    let text = "";
    for (const event of events) {
      places.set(shard, { epoch: place.epoch, sequence: event.sequence + 1 });
      text += id() + message(event);
    }
    places.set(shard, place);
    if (part.missed) text += reset();
    for (let added = source.shards; added < part.shards; added++) {
      if (places.has(added)) continue;
      if (await join(added)) text += reset();
    }
    // A comment; the id is remembered, though nothing is told with it.
    return text === "" ? `: nothing new\n${id()}\n` : text;
  };

  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!begun) {
          begun = true;
          controller.enqueue(encoder.encode(`retry: ${RETRY_MILLISECONDS}\n${id()}\n${isBehind ? reset() : ""}`));
          return;
        }
        for (const shard of places.keys())
          if (!arrivals.has(shard)) arrivals.set(shard, next(shard, calls > places.size * 2 ? PAUSE_MILLISECONDS : 0));
        const arrival = await Promise.race(arrivals.values());
        if (isOver) return;
        arrivals.delete(arrival.shard);
        if ("lost" in arrival || calls >= MOST_CALLS) {
          if ("part" in arrival) controller.enqueue(encoder.encode(await written(arrival)));
          controller.close();
          isOver = true;
          return;
        }
        controller.enqueue(encoder.encode(await written(arrival)));
      },
      cancel() {
        isOver = true;
      },
    },
    // Nothing is asked for before somebody reads.
    { highWaterMark: 0 },
  );
}

function message(event: TaskEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(eventDocument(event))}\n\n`;
}

function pauseFor(timers: Timers, milliseconds: number): Promise<void> {
  if (milliseconds === 0) return Promise.resolve();
  return new Promise((resolve) => {
    timers.after(milliseconds, resolve);
  });
}
