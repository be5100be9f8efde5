/** One server-sent event. */
export interface SseEvent {
  /** The last id that was sent, of this event or one before; "" before the first. */
  id: string;
  /** Its type; `message` where none is said. */
  event: string;
  data: string;
  /** For how many milliseconds the server would have a client wait before it comes back, where it said so lately. */
  retry: number | undefined;
}

/**
 * Cuts a stream of server-sent events into events (the HTML standard's `text/event-stream`): hand it text as it comes, in any pieces. Events
 * without data are none.
 */
export class SseReader {
  #rest = "";
  #id: string;
  #retry: number | undefined;
  #event = "";
  #data: string[] = [];

  /** @param id the last id that was read before, on an earlier connection */
  constructor(id = "") {
    this.#id = id;
  }

  /** The events that end in this piece. */
  read(piece: string): SseEvent[] {
    const text = this.#rest + piece;
    // A carriage return at the end may be half of a line's end.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole.length);
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): SseEvent[] {
    if (line === "") return this.#end();
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#retry = Number(value);
    return [];
  }

  #end(): SseEvent[] {
    const event = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n"), retry: this.#retry };
    const empty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    return empty ? [] : [event];
  }
}
