import { type CanvasRow, gives, idOf, note, raises, wayTo } from "./row.ts";
import { chain, chord, group, s, set, si, times } from "./signatures.ts";

const add = (...args: unknown[]) => s("plus", ...args);
const addAll = (...numbers: number[]) => group(...numbers.map((each) => add(each)));
const tsum = () => s("tsum");
const identity = (...args: unknown[]) => s("identity", ...args);

/** Chords one after the other: each adds numbers to what comes before, side by side, and sums. */
const chords = (...headers: readonly (readonly number[])[]) => headers.map((numbers) => chord(addAll(...numbers), tsum()));
const twoOnes = () => chord([add(1, 0), add(1, 0)], tsum());

/** CELERY.md 5.8 B: what chains come to. */
export const chainRows: readonly CanvasRow[] = [
  gives("B1 add | add | add", chain(add(4, 4), add(8), add(16)), 32),
  gives("B2 a chain of one", chain(add(3, 4)), 7),
  gives("B4 (XFAIL in Celery) a group of a chain that ends in a group is that group", group(chain(add(1, 2), addAll(1, 2))), [4, 5]),
  gives("B5 a chain of a chain of one", chain(chain(identity(42))), 42),
  {
    ...raises("B6 a chain whose middle fails: its result and the one before raise", chain(add(1, 2), s("fail"), si("plus", 3, 4))),
    look: async ({ tree, read }) => {
      const shown = await Promise.all(wayTo(tree).map((node) => read(idOf(node))));
      return shown.map(({ name, status }) => `${name} ${status}`);
    },
    shows: ["rows.plus SUCCESS", "rows.fail FAILURE", "rows.plus FAILURE"],
  },
  gives("B7 a chain in a group leaks nothing to its sibling", chain(add(5, 6), group(chain(add(1), add(2)), add(3))), [14, 14]),
  {
    name: "B9 group | task | group: three before the one, two after it",
    canvas: (key) =>
      chain(group(...times(3, () => note("before", key))), note("connect", key), group(...times(2, () => note("after", key)))),
    look: ({ noted, key }) => noted(key),
    shows: ["before", "before", "before", "connect", "after", "after"],
  },
  gives(
    "B10 a group of tasks and of a chain that ends in a group",
    group(identity(1), identity(2), chain(identity(5), group(si("identity", 3), si("identity", 4)))),
    [1, 2, [3, 4]],
  ),
  {
    name: "B12 ten immutable steps: each knows its root and its parent, and the way back by parent reaches the first",
    canvas: () => chain(...times(10, (index) => si("ids", index))),
    look: async ({ tree, read }) => {
      const ids = wayTo(tree).map(idOf);
      const shown = await Promise.all(ids.map(read));
      return shown.map(({ result, root_id, parent_id }) => {
        const [root, parent, value] = result as [string, string | null, number];
        const place = (id: string | null) => (id === null ? "none" : `step ${ids.indexOf(id)}`);
        return [value, place(root), place(parent), root === root_id && parent === parent_id];
      });
    },
    shows: times(10, (index) => [index, "step 0", index === 0 ? "none" : `step ${index - 1}`, true]),
  },
  gives(
    "B13 a header of which one member ends by its soft time limit",
    chord([add(1, 2), set(s("guarded_sum", [100], 10), { soft_time_limit: 0.2 })], tsum()),
    3,
  ),
  {
    name: "B14 a chain with an errback and an eta comes to its value after the eta",
    canvas: (key) =>
      set(chain(group(add(1, 2), add(3, 4)), tsum()), { link_error: [note("EB", key)], eta: new Date(Date.now() + 1_500).toISOString() }),
    comesTo: { value: 10 },
    notes: [],
    look: async ({ tree, read, submittedAt }) => Date.parse((await read(idOf(tree))).date_done ?? "") - submittedAt >= 1_400,
    shows: true,
  },
  gives("B16 task | group | group | task", chain(add(1, 0), addAll(1, 1), group(tsum(), tsum()), tsum()), 8),
  gives("B17 task | group | task | task | group | task", chain(add(1, 0), addAll(1, 1), tsum(), add(1), addAll(1, 1), tsum()), 12),
  gives("B18 the same with a chord at its end", chain(add(1, 0), addAll(1, 1), tsum(), add(1), chord(addAll(1, 1), tsum())), 12),
  gives(
    "B19 a chain of three chords and a chain of three chords",
    chain(chain(twoOnes(), ...chords([1, 1], [0, 0])), chain(...chords([10, 10], [0, 0], [1, 1]))),
    178,
  ),
  gives(
    "B20 nine chords one after the other",
    chain(chord([add(1, 0), add(1, 0), add(1, 0)], tsum()), ...chords(...times(7, () => [1, 1, 1]), [0, 0, 0])),
    29_520,
  ),
  gives("B21 task | group | task | task | group", chain(add(1, 0), addAll(1, 1), tsum(), add(1), addAll(1, 1)), [6, 6]),
  ...times(3, (more) =>
    gives(
      `B${22 + more} group | task | ${"task | ".repeat(more + 1)}group`,
      chain(group(add(1, 1), add(1, 1)), tsum(), ...times(more + 1, () => add(1)), addAll(1, 1)),
      [6 + more, 6 + more],
    ),
  ),
  gives("B25 (XFAIL in Celery) a chain of a group alone", chain(group(identity(42), identity(42))), [42, 42]),
  gives("B26 task | group | task", chain(identity(42), group(identity(), identity()), identity()), [42, 42]),
  gives("B27 task | group", chain(identity(42), group(identity(), identity())), [42, 42]),
  gives(
    "B50 a chord in the body of a chord, and in its body a chain with a group",
    chord([add(0, 1)], chord([tsum(), tsum()], chain(tsum(), group(add(8), add(16)), chain(tsum(), add(32))))),
    60,
  ),
];
