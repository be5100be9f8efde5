import { cut } from "./cut.ts";
import { stateColour } from "./paint.ts";
import type { BoardTask, TaskBoard } from "./task-board.ts";
import { clean, type Terminal } from "./terminal.ts";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
const KEYS = "j/k move   i info   r result   t traceback   c revoke   q quit";
const COUNTED = ["RECEIVED", "STARTED", "SUCCESS", "FAILURE", "RETRY", "REVOKED"];
/** The lines besides the tasks: head, titles, an empty one, keys. */
const FRAME = 4;
const ID_WIDTH = 36;
const STATE_WIDTH = 8;
const TIME_WIDTH = 8;

/** The screen of `celeriac events`: the tasks of a board, one of them chosen, and a text about it below. */
export class LiveView {
  readonly #terminal: Terminal;
  readonly #board: TaskBoard;
  readonly #title: string;
  #chosen: string | undefined;
  /** What is told of the chosen task; "" for nothing. */
  told = "";

  constructor(terminal: Terminal, board: TaskBoard, title: string) {
    this.#terminal = terminal;
    this.#board = board;
    this.#title = title;
  }

  /** The id of the chosen task; undefined while there is none. */
  get chosen(): string | undefined {
    return this.#chosen ?? this.#board.tasks()[0]?.uuid;
  }

  /** Takes the screen; `leave` gives it back as it was. */
  enter(): void {
    this.#terminal.draw(ENTER);
  }

  leave(): void {
    this.#terminal.draw(LEAVE);
  }

  /** Chooses the task so many lines further down. */
  move(lines: number): void {
    const tasks = this.#board.tasks();
    const at = tasks.findIndex(({ uuid }) => uuid === this.chosen);
    this.#chosen = tasks[Math.max(0, Math.min(tasks.length - 1, at + lines))]?.uuid;
    this.told = "";
  }

  /** Draws everything anew, in one write. */
  draw(): void {
    const { columns, rows } = this.#terminal;
    const told = this.told === "" ? [] : ["", ...this.told.split("\n")].slice(0, Math.floor(rows / 2));
    const room = Math.max(1, rows - FRAME - told.length);
    const lines = [
      this.#terminal.paint("bold", cut(this.#head(), columns)),
      this.#terminal.paint("dim", cut(`  ${row("UUID", "STATE", "TIME", "TASK", "WORKER")}`, columns)),
      ...this.#window(room).map((task) => this.#line(task, columns)),
      ...told.map((line) => cut(clean(line), columns)),
      "",
      this.#terminal.paint("dim", cut(KEYS, columns)),
    ];
    this.#terminal.draw(`${HOME}${lines.map((line) => line + CLEAR_LINE).join("\n")}${CLEAR_BELOW}`);
  }

  /** So many tasks, the chosen one among them. */
  #window(room: number): BoardTask[] {
    const tasks = this.#board.tasks();
    const at = tasks.findIndex(({ uuid }) => uuid === this.chosen);
    const first = Math.max(0, Math.min(at - Math.floor(room / 2), tasks.length - room));
    return tasks.slice(first, first + room);
  }

  #head(): string {
    const counts = COUNTED.map((state) => `${state.toLowerCase()} ${this.#board.count(state)}`);
    return `${this.#title}   ${counts.join("  ")}`;
  }

  #line({ uuid, state, at, name, worker }: BoardTask, columns: number): string {
    const time = new Date(at * 1_000).toISOString().slice(11, 19);
    const text = cut(clean(row(uuid, state, time, name, worker)), columns - 2);
    const mark = uuid === this.chosen ? "> " : "  ";
    return `${mark}${this.#terminal.paint(stateColour(state), text)}`;
  }
}

function row(id: string, state: string, time: string, name: string, worker: string): string {
  return `${id.padEnd(ID_WIDTH)} ${state.padEnd(STATE_WIDTH)} ${time.padEnd(TIME_WIDTH)} ${name} ${worker}`.replace(/\s/g, " ");
}
