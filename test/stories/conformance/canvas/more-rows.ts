import { type CanvasRow, gives, idOf, mutableErrback } from "./row.ts";
import { chain, group, linkError, type Signature, s, si } from "./signatures.ts";

/** `task.map(it)`, `task.starmap(it)` and `task.chunks(it, n)`, as Celery writes them. */
function over(name: "map" | "starmap" | "chunks", task: Signature, it: readonly unknown[], n?: number): Signature {
  const kwargs = { task, it, ...(n === undefined ? {} : { n }) };
  return { task: `celery.${name}`, args: [], kwargs, options: {}, subtask_type: null, immutable: true };
}

const numbers = Array.from({ length: 7 }, (_, index) => [index, index]);

/** CELERY.md 5.8 A (those that are sent), and 5.6. */
export const moreRows: readonly CanvasRow[] = [
  {
    name: "A4 an errback that is retried itself changes nothing",
    canvas: () => linkError(s("fail", "test"), s("retry_once")),
    comesTo: { error: "ExpectedError" },
  },
  {
    name: "A6 an errback by its name",
    canvas: () => linkError(s("fail", "test"), mutableErrback("old")),
    comesTo: { error: "ExpectedError" },
    failed: ({ tree }) => [idOf(tree)],
  },
  gives("5.6 map", over("map", s("tsum"), [[1, 2], [3, 4], [5]]), [3, 7, 5]),
  gives(
    "5.6 starmap",
    over("starmap", s("plus"), [
      [1, 2],
      [3, 4],
    ]),
    [3, 7],
  ),
  gives("5.6 chunks of seven by three", over("chunks", s("plus"), numbers, 3), [[0, 2, 4], [6, 8, 10], [12]]),
  gives("5.6 chunks in a chain give a list of lists", chain(over("chunks", s("plus"), numbers, 3), s("xsum")), 42),
  {
    name: "5.6 one item that fails is the failure of all of its map",
    canvas: () => over("map", s("tsum"), [[1, 2], 3]),
    comesTo: { error: "TypeError" },
  },
  gives(
    "5.2 an immutable step takes nothing, and the one after it takes its value",
    chain(s("plus", 1, 2), si("plus", 3, 4), s("plus", 5)),
    12,
  ),
  gives("5.3 an empty group", group(), []),
];
