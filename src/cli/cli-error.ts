/** What a command ends with: 1 it failed, 2 it was called wrongly, 69 (EX_UNAVAILABLE) no deployment answered, 130 it was interrupted. */
export type ExitCode = 1 | 2 | 69 | 130;

/** A failure that is told in one line on stderr, `error: <message>`, before the process ends with `exitCode`. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

/** A wrong use of the command line: exit code 2, as Celery's commands have it. */
export function usageError(message: string): CliError {
  return new CliError(message, 2);
}
