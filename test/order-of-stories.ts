import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** Three minutes of real time, in which it does next to nothing: others pass beside it. */
const LONGEST = "beat.test.ts";

/** Stories that measure time, or take all there is of the machine: each runs alone, after the others. */
export const ALONE = [
  "bulk",
  "neighbours",
  "eta",
  "rate-limit",
  "kill",
  "torment",
  "poison",
  "survivors",
  "payload",
  "shards",
  "backlog",
].map((name) => `test/stories/${name}.test.ts`);

/** Begins with the longest story, so that the others pass while it waits for its instants. */
export class OrderOfStories extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(isLongest(other)) - Number(isLongest(one)));
  }
}

function isLongest({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith(`/test/stories/${LONGEST}`);
}
