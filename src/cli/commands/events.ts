import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { isRecord, textOf } from "../document.ts";
import { readEvents, type TaskEvent } from "../event-feed.ts";
import { LiveView } from "../live-view.ts";
import { errorText, valueText } from "../result-text.ts";
import type { Session } from "../session.ts";
import { TaskBoard } from "../task-board.ts";

interface EventsFlags {
  dump?: boolean;
  types?: string;
  name?: string;
  camera?: string;
  frequency?: string;
}

const REDRAW_MILLISECONDS = 200;

/** `celeriac events`: tasks as they go, on the whole screen; with `--dump`, or in a pipe, one line an event (Celery's `events`). */
export const defineEvents: Define = (command, open) => {
  command
    .option("-d, --dump", "a line for each event")
    .option("--types <names>", "only these events, separated by commas: task-failed,task-retried")
    .option("--name <task>", "only tasks of this name")
    .addOption(new Option("-c, --camera <name>", "Celery's; use --dump --json").hideHelp())
    .addOption(new Option("-F, --frequency <seconds>", "Celery's; use --dump --json").hideHelp())
    .addHelpText(
      "after",
      `
Ctrl-C or q ends it. With --json each event is a line of JSON.

Examples:
  $ celeriac events
  $ celeriac events --dump --types task-failed
  $ celeriac events --dump --json | jq -r .uuid`,
    )
    .action(async (flags: EventsFlags) => {
      const session = open();
      if (flags.camera !== undefined) session.terminal.note("hint: --camera is not used here; --dump --json gives each event to a program");
      const query = { types: flags.types, name: flags.name };
      if (flags.dump === true || session.json || !session.terminal.interactive) return dump(session, query);
      return watch(session, query);
    });
};

async function dump(session: Session, query: Record<string, string | undefined>): Promise<void> {
  const { terminal, json } = session;
  for await (const events of readEvents(session, query)) {
    for (const event of events) {
      if (json) terminal.line(event);
      else terminal.print(eventLine(event));
    }
  }
}

/** As Celery's dumper writes it: host, time, what happened, to which task, and what else the event says. */
function eventLine({ type, hostname, timestamp, uuid, name, args, kwargs, utcoffset: _, pid: __, clock: ___, ...rest }: TaskEvent): string {
  const time = typeof timestamp === "number" ? new Date(timestamp * 1_000).toISOString() : "-";
  const task = name === undefined ? "" : ` ${textOf(name)}(${[args, kwargs].map(textOf).filter(Boolean).join(", ")})`;
  const more = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return `${textOf(hostname) || "-"} [${time}] ${type.replace("-", " ")}:${task} ${textOf(uuid)} ${more.map(([key, value]) => `${key}=${textOf(value)}`).join(" ")}`
    .replace(/\s+/g, " ")
    .trimEnd();
}

async function watch(session: Session, query: Record<string, string | undefined>): Promise<void> {
  const { terminal, server, signal } = session;
  const board = new TaskBoard();
  const view = new LiveView(terminal, board, `celeriac events ${server.url}`);
  const quit = new AbortController();
  const own = { ...session, signal: AbortSignal.any([signal, quit.signal]) };
  let drawing: NodeJS.Timeout | undefined;
  const draw = () => {
    drawing ??= setTimeout(() => {
      drawing = undefined;
      view.draw();
    }, REDRAW_MILLISECONDS);
  };
  const closeKeys = terminal.onKey((key) => {
    if (key === "q" || key === "\u0003") quit.abort();
    else void press(session, view, key).then(draw);
  });
  quit.signal.addEventListener("abort", () => server.leave());
  view.enter();
  view.draw();
  try {
    for await (const events of readEvents(own, query)) {
      for (const event of events) board.take(event);
      draw();
    }
  } finally {
    clearTimeout(drawing);
    closeKeys();
    view.leave();
  }
}

/** What a key does: Celery's letters, in either case. */
async function press(session: Session, view: LiveView, key: string): Promise<void> {
  if (key === "j" || key === "J" || key === "\u001b[B") return view.move(1);
  if (key === "k" || key === "K" || key === "\u001b[A") return view.move(-1);
  const id = view.chosen;
  if (id === undefined || !/^[irtc]$/i.test(key)) return;
  view.told = await tell(session, id, key.toLowerCase()).catch((error: unknown) =>
    error instanceof CliError ? error.message : String(error),
  );
}

async function tell({ server }: Session, id: string, key: string): Promise<string> {
  const path = `/v1/results/${encodeURIComponent(id)}`;
  if (key === "c") {
    const answer = await server.post(`${path}/revoke`, { terminate: true });
    return `${id}: ${isRecord(answer) ? textOf(answer.revocation) : ""}`;
  }
  const answer = await server.get(path);
  const document = isRecord(answer) ? answer : {};
  if (key === "i") return JSON.stringify(document, undefined, 2);
  if (key === "t") return textOf(document.traceback) || `${id} has no traceback: it is ${textOf(document.status)}`;
  return document.status === "SUCCESS" ? valueText(document.result) : `${textOf(document.status)} ${errorText(document.result)}`;
}
