import type { Ended } from "../core/outcomes.ts";
import type { OpenPage } from "./open-page.ts";

/** Outcomes of one event, by page. */
export type Endings = Map<OpenPage, Ended[]>;

/** Adds how a slot ended to what ends with it. */
export function addEnding(endings: Endings, page: OpenPage, outcome: Ended): void {
  const slots = endings.get(page);
  if (slots === undefined) endings.set(page, [outcome]);
  else slots.push(outcome);
}
