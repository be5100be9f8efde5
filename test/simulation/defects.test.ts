import { describe, expect, it } from "vitest";
import { DEFECT_NAMES, withDefect } from "../../scripts/simulate/defects.ts";
import { findDefect } from "../../scripts/simulate/find-defect.ts";
import { runHistory } from "../../scripts/simulate/history.ts";

const MOST_HISTORIES = 1_000;

describe("seeded defects", () => {
  it.each(DEFECT_NAMES)("finds within a thousand histories: %s", { timeout: 300_000 }, async (name) => {
    const found = await findDefect(name, MOST_HISTORIES);
    expect(found?.seed).toBeLessThanOrEqual(MOST_HISTORIES);
    // It is the defect that was found: the same seed is well without it.
    expect((await runHistory(found?.seed ?? 0)).violation).toBeUndefined();
  });

  it("refuses the name of no defect", async () => {
    await expect(withDefect("no such", async () => {})).rejects.toThrow('no defect is named "no such"');
  });
});
