import { fillInBulk, type Refill } from "./measures.ts";

/** A way in which tasks come to wait. */
export interface Mix {
  name: string;
  title(tasks: number): string;
  /** They wait for a consumer, not for an instant. */
  ready: boolean;
  fill: Refill;
}

/** Submits that are under way at once when tasks come one by one: pages of a few tasks, as a busy object writes them. */
const WIDTH = 8;
const DAY = 86_400;

const oneByOne =
  (spreadSeconds: number): Refill =>
  (subject, tasks) =>
    subject.fill({ from: 0, tasks, width: WIDTH, spreadSeconds, priority: 0 });

/** The mixes that issue 3 names. */
export const MIXES: readonly Mix[] = [
  {
    name: "ready-bulk",
    title: (tasks) => `${tasks} tasks that are ready, submitted over HTTP in bulks of 10,000`,
    ready: true,
    fill: fillInBulk,
  },
  {
    name: "ready-one-by-one",
    title: (tasks) => `${tasks} tasks that are ready, by single submits made in the object itself, ${WIDTH} under way at once`,
    ready: true,
    fill: oneByOne(0),
  },
  {
    name: "etas",
    title: (tasks) =>
      `${tasks} tasks whose etas are spread over a day, by single submits made in the object itself, ${WIDTH} under way at once`,
    ready: false,
    fill: oneByOne(DAY),
  },
];
