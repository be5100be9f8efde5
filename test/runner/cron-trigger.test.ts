import { describe, expect, it } from "vitest";
import { readCronTrigger } from "../../src/runner/cron-trigger.ts";

/** 2026-11-22 is a Sunday. */
const SUNDAY = "2026-11-22T13:55:30.500Z";

describe("a Cron Trigger", () => {
  it.each([
    ["* * * * *", SUNDAY, true],
    ["55 13 * * *", SUNDAY, true],
    ["54 13 * * *", SUNDAY, false],
    ["*/5 * * * *", SUNDAY, true],
    ["*/10 * * * *", SUNDAY, false],
    ["5/10 * * * *", SUNDAY, true],
    ["0-54 * * * *", SUNDAY, false],
    ["0-55/11 9-17 * * *", SUNDAY, true],
    ["1,2,55 * * * *", SUNDAY, true],
    ["* * 22 11 *", SUNDAY, true],
    ["* * * NOV *", SUNDAY, true],
    ["* * * jan-oct *", SUNDAY, false],
    ["* * * * 1", SUNDAY, true],
    ["* * * * SUN", SUNDAY, true],
    ["* * * * MON-FRI", SUNDAY, false],
    ["* * * * 7", "2026-11-21T00:00:00Z", true],
    ["0 0 * * *", "2026-11-21T00:00:59.999Z", true],
  ])("%s at %s: %s", (expression, at, fires) => {
    expect(matches(expression, at)).toBe(fires);
  });

  it("fires on either day when both are restricted", () => {
    expect(matches("* * 1 * SUN", SUNDAY)).toBe(true);
    expect(matches("* * 22 * MON", SUNDAY)).toBe(true);
    expect(matches("* * 1 * MON", SUNDAY)).toBe(false);
  });

  it.each([
    ["* * * *", "expected five fields, got 4"],
    ["60 * * * *", "'60' is no minute that is understood here"],
    ["* * L * *", "'L' is no day of the month that is understood here"],
    ["* * * * 2#1", "'2#1' is no weekday that is understood here"],
    ["* * * * 0", "'0' is no weekday that is understood here"],
    ["*/0 * * * *", "'*/0' is no minute that is understood here"],
    ["9-5 * * * *", "'9-5' is no minute that is understood here"],
    ["1,,2 * * * *", "'1,,2' is no minute that is understood here"],
    ["1-2-3 * * * *", "'1-2-3' is no minute that is understood here"],
  ])("says why it cannot match '%s'", (expression, fault) => {
    expect(readCronTrigger(expression)).toEqual({ fault });
  });
});

function matches(expression: string, at: string): boolean {
  const trigger = readCronTrigger(expression);
  if ("fault" in trigger) throw new Error(trigger.fault);
  return trigger.matches(Date.parse(at));
}
