/** The rows of CELERY.md 5.8 A to G that are not played as canvases from outside, and why, or where they are. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  A1: "eager: test/app/canvas/eager-canvas.test.ts",
  A2: "eager: test/app/canvas/eager-canvas.test.ts",
  A3: "eager: test/app/canvas/eager-canvas.test.ts",
  A5: "eager: test/app/canvas/eager-canvas.test.ts",
  B8: "eager: test/app/canvas/eager-canvas.test.ts",
  B15: "in celery-tasks.test.ts (signature-rows.ts): a task that calls a canvas",
  B44: "tests Redis: a message that is published twice. A bell that is doubled is in test/simulation",
  B48: "purely of signature objects: test/app/canvas/rows.test.ts, as F1 to F9",
  E3: "tests Redis: its subscriptions. There is nothing to subscribe to",
  E7: "eager: test/app/canvas/eager-canvas.test.ts",
  E9: "arguments given to `apply_async` are put in front before anything is sent: test/app/canvas/eager-canvas.test.ts",
  E18: "tests lazy publishing: a canvas is accepted whole, or not at all",
  G5: "of a signal's receivers: test/worker/signals.test.ts",
};
