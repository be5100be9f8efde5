import { describe, expect, it } from "vitest";
import { readOptions } from "../../src/runner/options.ts";
import { RunnerError } from "../../src/runner/runner-error.ts";

describe("the runner's command line", () => {
  it("has a default for everything", () => {
    expect(readOptions([])).toEqual({
      run: { config: "wrangler.toml", port: 8787, state: ".celeriac/state", loglevel: "info", ticksPerMinute: 1 },
    });
  });

  it("takes every option", () => {
    const line = ["--config", "a.toml", "--port=0", "--state", "s", "-l", "DEBUG", "--ticks-per-minute", "2"];
    expect(readOptions(line)).toEqual({ run: { config: "a.toml", port: 0, state: "s", loglevel: "debug", ticksPerMinute: 2 } });
  });

  it("answers --help and --version", () => {
    expect([readOptions(["-h"]), readOptions(["--version"])]).toEqual([{ print: "help" }, { print: "version" }]);
  });

  it.each([
    [["--prot", "1"], "unknown option '--prot'; did you mean '--port'?"],
    [["--zzzzzz"], "unknown option '--zzzzzz' (--help lists the options)"],
    [["-x"], "unknown option '-x' (--help lists the options)"],
    [["--port", "65536"], "--port expects a whole number from 0 to 65535, got '65536'"],
    [["--port", "1.5"], "--port expects a whole number from 0 to 65535, got '1.5'"],
    [["--loglevel", "inof"], "--loglevel expects debug, info, warning, error, got 'inof'; did you mean 'info'?"],
    [["--ticks-per-minute", "3"], "--ticks-per-minute expects a whole number from 0 to 2, got '3'"],
  ])("refuses %j with exit code 2", (line, message) => {
    expect(failureOf(line)).toEqual({ message, exitCode: 2 });
  });

  it.each([[["--port"]], [["stray"]]])("refuses %j in one line that names --help", (line) => {
    const { message, exitCode } = failureOf(line);
    expect(message).toMatch(/^[^\n]+\(--help lists the options\)$/);
    expect(exitCode).toBe(2);
  });
});

function failureOf(line: string[]): { message: string; exitCode: number } {
  try {
    readOptions(line);
  } catch (error) {
    if (error instanceof RunnerError) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error(`accepted ${line.join(" ")}`);
}
