import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** Three minutes of real time, in which it does next to nothing: others pass beside it. */
const LONGEST = "beat.test.ts";

/** They measure time, or take all there is of the machine: one after another while the longest waits for its instants. */
const MEASURING = ["bulk", "neighbours", "eta", "rate-limit", "kill", "torment", "poison", "survivors", "payload", "shards", "backlog"].map(
  (name) => `${name}.test.ts`,
);

/** Begins with the longest story; then come those that must not run two at once, and last those that may. */
export class OrderOfStories extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  if (!moduleId.includes("/test/stories/")) return -1;
  const name = moduleId.slice(moduleId.lastIndexOf("/") + 1);
  if (name === LONGEST) return 0;
  const place = MEASURING.indexOf(name);
  return place === -1 ? MEASURING.length + 1 : place + 1;
}
