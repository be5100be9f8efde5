import { withDefect } from "./defects.ts";
import { runHistory } from "./history.ts";
import type { Violation } from "./violation.ts";

/** The first seed, from 1 on, whose history shows a defect; nothing when none of so many does. */
export function findDefect(name: string, most: number): Promise<{ seed: number; violation: Violation } | undefined> {
  return withDefect(name, async (options) => {
    for (let seed = 1; seed <= most; seed++) {
      const { violation } = await runHistory(seed, options);
      if (violation !== undefined) return { seed, violation };
    }
    return undefined;
  });
}
