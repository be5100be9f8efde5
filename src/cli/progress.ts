import type { Terminal } from "./terminal.ts";

/** A line that tells how far a long work is. */
export interface Progress {
  /** So much is done now; `total` where it is known by now. */
  advance(done: number, total?: number): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 24;

/** Draws a bar on stderr, over and over in the same line: only where stderr is a terminal. Without a total it counts. */
export function startProgress(terminal: Terminal, label: string): Progress {
  if (!terminal.showsProgress) return { advance() {}, end() {} };
  return {
    advance(done, total) {
      if (total === undefined || total === 0) return terminal.redraw(`${label} ${done}`);
      const share = Math.min(1, done / total);
      const full = Math.round(share * WIDTH);
      terminal.redraw(`${label} [${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${done}/${total} ${Math.floor(share * 100)}%`);
    },
    end: () => terminal.redraw(""),
  };
}
