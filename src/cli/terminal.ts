import { createInterface } from "node:readline/promises";
import { type Colour, paint } from "./paint.ts";

/** Where text goes: `process.stdout`, or a stand-in. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What a terminal is made from. */
export interface TerminalParts {
  stdout: Sink;
  stderr: Sink;
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  env: Readonly<Record<string, string | undefined>>;
  /** `--no-color`. */
  plain: boolean;
  /** `--quiet`: notes are not printed. */
  quiet: boolean;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * The person (or the pipe) in front of a command. Answers go to stdout, all else to stderr. Colour only where the stream is a terminal, and neither
 * `--no-color` nor NO_COLOR (any value but the empty one) nor TERM=dumb is set. What comes from a deployment is hostile text: on a terminal its
 * control characters are shown as U+FFFD, so that no task's name can steer it; in a pipe it goes as it is.
 */
export class Terminal {
  readonly #parts: TerminalParts;

  constructor(parts: TerminalParts) {
    this.#parts = parts;
  }

  /** Whether stdout is a terminal: somebody looks at it. */
  get interactive(): boolean {
    return this.#parts.stdout.isTTY === true;
  }

  /** Whether stderr is a terminal, where progress can be drawn. */
  get showsProgress(): boolean {
    return this.#parts.stderr.isTTY === true && !this.#parts.quiet;
  }

  /** The width of stdout in characters; 80 where it is not known. */
  get columns(): number {
    return this.#parts.stdout.columns || DEFAULT_COLUMNS;
  }

  /** The height of stdout in lines; 24 where it is not known. */
  get rows(): number {
    return this.#parts.stdout.rows || DEFAULT_ROWS;
  }

  /** Writes a line of the answer to stdout. */
  print(line = ""): void {
    this.#parts.stdout.write(`${this.interactive ? clean(line) : line}\n`);
  }

  /** Writes to stdout as it is: for control sequences of our own. */
  draw(text: string): void {
    this.#parts.stdout.write(text);
  }

  /** Writes a value as JSON to stdout: on a terminal with indents, in a pipe on one line. */
  json(value: unknown): void {
    this.print(JSON.stringify(value, undefined, this.interactive ? 2 : undefined));
  }

  /** Writes a value as JSON on one line to stdout: one of many. */
  line(value: unknown): void {
    this.print(JSON.stringify(value));
  }

  /** Hears each key as it is pressed, Ctrl-C too, until the function that it answers is called. Nothing is heard where stdin is no terminal. */
  onKey(callback: (key: string) => void): () => void {
    const { stdin } = this.#parts;
    if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => {};
    const hear = (keys: string | Buffer) => {
      // An arrow is three characters; what is typed fast comes together.
      for (const [key] of String(keys).matchAll(/\p{Cc}\[[A-Z]|[\s\S]/gu)) callback(key);
    };
    stdin.setRawMode(true);
    stdin.on("data", hear).resume();
    return () => {
      stdin.off("data", hear).pause();
      stdin.setRawMode?.(false);
    };
  }

  /** Writes a remark to stderr, unless `--quiet`. */
  note(line: string): void {
    if (!this.#parts.quiet) this.#parts.stderr.write(`${clean(line)}\n`);
  }

  /** Writes the one line of a failure to stderr. */
  fail(message: string): void {
    const line = clean(message).replaceAll("\n", " ");
    this.#parts.stderr.write(`${this.#colours(this.#parts.stderr) ? paint("red", "error:") : "error:"} ${line}\n`);
  }

  /** Draws over the line of stderr that the cursor is in; an empty text clears it. For progress. */
  redraw(line: string): void {
    this.#parts.stderr.write(`\r\u001b[K${line}`);
  }

  /** The text in a colour, where stdout shows colours; else as it is. */
  paint(colour: Colour, text: string): string {
    return this.#colours(this.#parts.stdout) ? paint(colour, text) : text;
  }

  /** Asks a question on stderr that `y` or `yes` says yes to. False where stdin is no terminal and gives no answer. */
  async confirm(question: string): Promise<boolean> {
    const { stdin } = this.#parts;
    this.#parts.stderr.write(`${question} [y/N]: `);
    const lines = createInterface({ input: stdin });
    try {
      for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line);
      this.#parts.stderr.write("\n");
      return false;
    } finally {
      lines.close();
    }
  }

  #colours(sink: Sink): boolean {
    const { env, plain } = this.#parts;
    return sink.isTTY === true && !plain && !env.NO_COLOR && env.TERM !== "dumb";
  }
}

/** The sequences that `paint` writes, after their first character. */
const COLOUR = /^\[(?:1|2|22|31|32|33|36|39)m/;

/** A text that cannot steer a terminal: of control characters only line breaks, tabs and colours are left. */
export function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, (character, at: number) => {
    const isColour = character === ESCAPE && COLOUR.test(text.slice(at + 1, at + LONGEST_COLOUR));
    return isColour || character === "\n" || character === "\t" ? character : "\ufffd";
  });
}

const ESCAPE = "\u001b";
const LONGEST_COLOUR = 5;
