import { atLeast, atMost, type Bar } from "../bars.ts";
import type { Figures } from "../figures.ts";
import { MEASURES, OLDEST } from "./measures.ts";
import type { Mix } from "./mix.ts";

/** What issue 3 asks of a broker in which a million tasks wait. */
export function millionBars(mix: Mix, figures: Figures): Bar[] {
  const of = (subject: string, figure: string) => figures.median(`${mix.name} ${subject}`, figure);
  const [full, empty] = [of("full", "heap"), of("empty", "heap")];
  const measured = mix.ready ? [...MEASURES, OLDEST] : MEASURES;
  return [
    ...measured.map(({ name }) => atLeast(80, `${mix.name}: ${name}, to empty`, of("to empty", name), "%")),
    atMost(64, `${mix.name}: heap, less that of an empty one`, full === undefined || empty === undefined ? undefined : full - empty, "MB"),
    ...["full", ...(mix.ready ? ["finished"] : [])].flatMap((subject) =>
      ["restart", "reset"].flatMap((event) => [
        atMost(200, `${mix.name}, ${subject}: first claim after a ${event}`, of(subject, `first claim after a ${event}`), "ms"),
        atMost(5_000, `${mix.name}, ${subject}: rows read by then`, of(subject, `rows read: first claim after a ${event}`), "rows"),
      ]),
    ),
  ];
}
