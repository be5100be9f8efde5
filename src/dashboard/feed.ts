import { signal } from "@preact/signals";
import { Client } from "../client/client.ts";
import type { TaskEvent } from "../client/event-stream.ts";
import { client, session } from "./session.ts";

/** One event of the stream, of a task. */
export type FeedEvent = TaskEvent & { uuid: string };

/** What listens to the events: all that came since the last animation frame, in their order; `missed`: some were lost, what is shown is to be read anew. */
export type Listener = (events: readonly FeedEvent[], missed: boolean) => void;

/** How it stands with the stream. */
export const feedStatus = signal<"connecting" | "live" | "lost" | "paused">("connecting");

/** More than this between two frames is too much to show one by one. */
const MOST_PENDING = 20_000;
const PAUSE_MILLISECONDS = 2_000;
/** A page that nobody sees is told of events once in so long, as no frames are drawn then. */
const HIDDEN_MILLISECONDS = 2_000;

/** A page that nobody has seen for so long lets go of the stream, which costs; seen again, it goes on where it stood. */
const UNSEEN_MILLISECONDS = 60_000;

const listeners = new Set<Listener>();
let pending: FeedEvent[] = [];
let missed = false;
let isScheduled = false;
let lastEventId = "";
let connection: AbortController | undefined;

/** Listens until the function that it answers is called. The stream is open while somebody listens. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  connect();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) disconnect();
  };
}

let unseen: ReturnType<typeof setTimeout> | undefined;
document.addEventListener("visibilitychange", () => {
  clearTimeout(unseen);
  if (document.hidden) unseen = setTimeout(disconnect, UNSEEN_MILLISECONDS);
  else connect();
});

/** Holds the stream, or lets it go on where it stood. */
export function pauseFeed(isPaused: boolean): void {
  if (isPaused) disconnect();
  feedStatus.value = isPaused ? "paused" : "connecting";
  connect();
}

function connect(): void {
  if (connection !== undefined || listeners.size === 0 || feedStatus.peek() === "paused") return;
  connection = new AbortController();
  void follow(connection.signal);
}

function disconnect(): void {
  connection?.abort();
  connection = undefined;
}

async function follow(signal: AbortSignal): Promise<void> {
  const stream = new Client({ url: new URL("..", location.href.replace(/[?#].*/, "")).href, signal, retries: 0, fetch: watched });
  while (!signal.aborted && session.peek().status === "in") {
    try {
      for await (const event of stream.events({ lastEventId, onPlace: (id) => (lastEventId = id) })) take(event);
    } catch {
      // Told by `watched`.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}

async function watched(url: string, init: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(url, { ...init, credentials: "same-origin" });
    feedStatus.value = answer.ok ? "live" : "lost";
    // Who is signed in is asked again.
    if (answer.status === 401) void client.health();
    return answer;
  } catch (error) {
    if (init.signal?.aborted !== true) feedStatus.value = "lost";
    throw error;
  }
}

function take(event: TaskEvent & { lastEventId: string }): void {
  lastEventId = event.lastEventId;
  if (event.type === "reset") missed = true;
  else if (event.uuid !== undefined) pending.push(event as FeedEvent);
  if (pending.length > MOST_PENDING) {
    pending = [];
    missed = true;
  }
  if (isScheduled) return;
  isScheduled = true;
  if (document.hidden) setTimeout(tell, HIDDEN_MILLISECONDS);
  else requestAnimationFrame(tell);
}

function tell(): void {
  isScheduled = false;
  const events = pending;
  const wasMissed = missed;
  pending = [];
  missed = false;
  for (const listener of listeners) listener(events, wasMissed);
}
