/** A failure that the runner's user is told in one line, `error: <message>`, before the process ends with `exitCode`. */
export class RunnerError extends Error {
  /** 1: it cannot run; 2: it was called wrongly (as Celery's commands answer wrong usage). */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(oneLine(message), options);
    this.name = "RunnerError";
    this.exitCode = exitCode;
  }
}

/** Joins the lines of a text into one, without the indents and list dashes of the others. */
export function oneLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").reduce(join, "");
}

function join(before: string, line: string): string {
  if (before === "") return line;
  const text = line.replace(/^- /, "");
  return /[:,;]$/.test(before) ? `${before} ${text}` : `${before}; ${text}`;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
