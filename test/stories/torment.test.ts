import { expect, it } from "vitest";
import { torment } from "../../scripts/torment/torment.ts";

/** Each of the three ways once; `npm run torment` kills 200 times. */
const KILLS = 3;

it("under load and SIGKILLs every accepted task reaches one end, its own, and no attempt is started twice", async () => {
  const { broken, accepted, finished, starts, resent } = await torment({ kills: KILLS, seed: 4 });
  console.log(`${KILLS} kills: ${accepted} tasks accepted, ${finished} ended, ${starts} starts, ${resent} requests sent again`);
  expect(broken).toEqual([]);
  expect(finished).toBeGreaterThanOrEqual(accepted);
  expect(accepted).toBeGreaterThan(50);
  expect(resent).toBeGreaterThan(0);
});
