import type { Session } from "./session.ts";

/** A line that tells how far a long work is. */
export interface Progress {
  /** So much is done now; `total` where it is known by now. */
  advance(done: number, total?: number): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 24;
/** What is done sooner needs no bar. */
const PATIENCE_MILLISECONDS = 300;

/** Draws a bar on stderr, over and over in the same line: only where stderr is a terminal, and the work takes a while. Without a total it counts. */
export function startProgress({ terminal, clock }: Pick<Session, "terminal" | "clock">, label: string): Progress {
  const began = clock.now();
  let drawn = false;
  return {
    advance(done, total) {
      if (!terminal.showsProgress || clock.now() - began < PATIENCE_MILLISECONDS) return;
      drawn = true;
      terminal.redraw(total === undefined || total === 0 ? `${label} ${done}` : `${label} ${bar(done / total)} ${done}/${total}`);
    },
    end() {
      if (drawn) terminal.redraw("");
    },
  };
}

function bar(share: number): string {
  const whole = Math.min(1, share);
  const full = Math.round(whole * WIDTH);
  return `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${Math.floor(whole * 100)}%`;
}
