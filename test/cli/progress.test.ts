import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { startProgress } from "../../src/cli/progress.ts";
import { Terminal } from "../../src/cli/terminal.ts";

describe("a progress bar", () => {
  it("is drawn over and over for work that takes a while, and taken away", () => {
    const { written, session, clock } = stage(true);
    const progress = startProgress(session, "Importing");
    progress.advance(1, 4);
    expect(written()).toBe("");
    clock.time += 300;
    progress.advance(2, 4);
    progress.advance(3);
    progress.end();
    expect(written().split("\r\u001b[K")).toEqual(["", "Importing [############------------] 50% 2/4", "Importing 3", ""]);
  });

  it("is not drawn in a pipe, or for quick work", () => {
    for (const terminal of [false, true]) {
      const { written, session, clock } = stage(terminal);
      const progress = startProgress(session, "Importing");
      if (!terminal) clock.time += 10_000;
      progress.advance(1, 2);
      progress.end();
      expect(written()).toBe("");
    }
  });
});

function stage(isTTY: boolean) {
  let text = "";
  const sink = {
    isTTY,
    write(piece: string) {
      text += piece;
    },
  };
  const terminal = new Terminal({ stdout: sink, stderr: sink, stdin: new PassThrough(), env: {}, plain: false, quiet: false });
  const clock = { time: 0, now: () => clock.time };
  return { written: () => text, clock, session: { terminal, clock } };
}
