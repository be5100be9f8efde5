import { expect, it } from "vitest";
import { add, app } from "../../src/tasks.ts";
import { testBroker } from "../../src/testing/test-broker.ts";

/** The file that a user edits, in a test as a user writes it: nothing of the platform is there. */
it("runs the deployment's own tasks in plain vitest", async () => {
  expect(add(2, 3)).toBe(5);
  using broker = testBroker(app);
  const result = await add.delay(2, 3);
  await broker.run();
  expect(await result.get()).toBe(5);
});
