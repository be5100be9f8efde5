/** One server-sent event. */
export interface SseEvent {
  /** The last id that was sent, of this event or one before; "" before the first. */
  id: string;
  /** Its type; `message` where none is said. */
  event: string;
  data: string;
}

/**
 * Cuts a stream of server-sent events into events (the HTML standard's `text/event-stream`): hand it text as it comes, in any pieces. Events
 * without data are none, though their ids count.
 */
export class SseReader {
  /** The last id that was read, with an event or without one; "" before the first. */
  id: string;
  /** For how many milliseconds the server would have a client wait before it comes back, where it said so. */
  retry: number | undefined;
  #rest = "";
  #next: { id: string; event: string; data: string[] };

  /** @param id the last id that was read before, on an earlier connection */
  constructor(id = "") {
    this.id = id;
    this.#next = { id, event: "", data: [] };
  }

  /** The events that end in this piece. */
  read(piece: string): SseEvent[] {
    const text = this.#rest + piece;
    // A carriage return at the end may be half of a line's end.
    const whole = text.replace(/\r$/, "");
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole.length);
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): SseEvent[] {
    if (line === "") return this.#end();
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event" || field === "id") this.#next[field] = value;
    else if (field === "data") this.#next.data.push(value);
    else if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
    return [];
  }

  #end(): SseEvent[] {
    const { id, event, data } = this.#next;
    this.id = id;
    this.#next = { id, event: "", data: [] };
    return data.length === 0 ? [] : [{ id, event: event || "message", data: data.join("\n") }];
  }
}
