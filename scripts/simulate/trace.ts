/** How many of the last lines are kept. */
const KEPT = 400;

/** What happened in a history, line by line, and a hash of all of it. Costs nothing when it is off. */
export class Trace {
  readonly on: boolean;
  readonly lines: string[] = [];
  /** Gets every line as it arises. */
  tell: (line: string) => void = () => {};
  readonly #time: () => number;
  #hash = 0x811c9dc5;

  constructor(on: boolean, time: () => number) {
    this.on = on;
    this.#time = time;
  }

  /** Notes what happened; `text` is only built when the trace is on. */
  note(text: () => string): void {
    if (!this.on) return;
    const line = `${(this.#time() / 1000).toFixed(3).padStart(10)} ${text()}`;
    for (let index = 0; index < line.length; index++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), 0x01000193);
    this.lines.push(line);
    if (this.lines.length > 2 * KEPT) this.lines.splice(0, KEPT);
    this.tell(line);
  }

  /** A hash of all lines so far: eight hexadecimal digits. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }
}
