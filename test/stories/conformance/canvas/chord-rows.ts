import { type CanvasRow, gives, idOf, raises, wayTo } from "./row.ts";
import { chain, chord, group, s, set, si, times } from "./signatures.ts";

const add = (...args: unknown[]) => s("plus", ...args);
const addAll = (...numbers: number[]) => group(...numbers.map((each) => add(each)));
const identity = (...args: unknown[]) => s("identity", ...args);
const tsum = () => s("tsum");
const fail = () => s("fail");

/** Chords that Celery's `|` makes of these: a group of one that is one and adds a list, five deep. */
const fiveDeep = () => {
  const inner = chord([add(1, 2)], add([3]));
  return chord([chord([chord([inner], add([4]))], add([5]))], add([6]));
};

/** CELERY.md 5.8 E, what chords come to, without replacement. */
export const chordRows: readonly CanvasRow[] = [
  gives("E1 a chord over two", chord([add(1, 1), add(1, 1)], tsum()), 4),
  gives(
    "E2 a chord over ten, in order",
    chord(
      times(10, (index) => identity(index)),
      identity(),
    ),
    times(10, (index) => index),
  ),
  gives(
    "E11 a chain in a group in a chain, and an immutable end",
    chain(add(1, 0), group(add(1, 100), chain(add(1, 200), group(add(1, 1_000), add(1, 2_000)))), si("plus", 1, 10)),
    11,
  ),
  gives("E14 five deep", fiveDeep(), [[[[3, 3], 4], 5], 6]),
  ...["E15 a chain that ends in a chord", "E16 a chain that ends in a group and a task"].map(
    (name, index): CanvasRow => ({
      name: `${name}: who is whose root and parent`,
      canvas: () => {
        const header = group(...times(47, (each) => si("ids", each + 3)));
        const body = chain(s("collect_ids", 50), si("ids", 51));
        const ends = index === 0 ? [chord(header, body)] : [header, body];
        return chain(si("ids", 1), si("ids", 2), ...ends);
      },
      look: async ({ tree, read }) => {
        const way = wayTo(tree);
        const [first = "", second = "", , body = "", last = ""] = way.map(idOf);
        const header = way[2];
        const members = header !== undefined && "children" in header ? header.children.map(idOf) : [];
        const told = async (id: string) => (await read(id)).result as [root: string, parent: string | null, value: number];
        const [collected, [bodyRoot, bodyParent]] = (await read(body)).result as [unknown[], [string, string]];
        const seen = await Promise.all(members.map(told));
        return {
          way: way.map((node) => ("task_id" in node ? "task" : "group")),
          first: (await told(first)).map((each) => (each === first ? "first" : each)),
          members: seen.filter(([root, parent], at) => root === first && parent === second && seen[at]?.[2] === at + 3).length,
          collected: JSON.stringify(collected) === JSON.stringify(seen),
          body: [bodyRoot === first, members.includes(bodyParent)],
          last: (await told(last)).map((each) => (each === first ? "first" : each === body ? "body" : each)),
        };
      },
      shows: {
        way: ["task", "task", "group", "task", "task"],
        first: ["first", null, 1],
        members: 47,
        collected: true,
        body: [true, true],
        last: ["first", "body", 51],
      },
    }),
  ),
  {
    ...raises(
      "E17 a chord whose header fails: the body's error names the task, and the values of the others are there",
      chord([add(1, 2), add(3, 4), fail()], s("print_unicode", "unseen")),
    ),
    look: async ({ tree, read }) => {
      const [header] = wayTo(tree);
      const children = header !== undefined && "children" in header ? header.children : [];
      const parts = await Promise.all(children.map((child) => read(idOf(child))));
      const { exc_type, exc_message } = (await read(idOf(tree))).result as { exc_type: string; exc_message: string[] };
      const text = exc_message.join(" ");
      return [
        parts.map(({ status, result }) => (status === "SUCCESS" ? result : status)),
        exc_type,
        text.includes(parts[2]?.task_id ?? "?"),
      ];
    },
    shows: [[3, 7, "FAILURE"], "ChordError", true],
  },
  gives("E19 a group of two chords", group(...times(2, () => chord([add(1, 2), add(3, 4)], tsum()))), [10, 10]),
  gives(
    "E20 a chord over two chains with a chord each",
    chord(
      group(...times(2, () => chain(si("plus", 2, 2), chord([si("plus", 2, 2), si("plus", 2, 2)], si("plus", 2, 2))))),
      si("plus", 2, 2),
    ),
    4,
  ),
  gives(
    "E21 a chord in a chain in a header",
    chain(
      si("identity", 1),
      chord(
        [si("identity", 2), chain(si("identity", 3), chord([si("identity", 4), si("identity", 5)], si("identity", 6)))],
        si("identity", 7),
      ),
    ),
    7,
  ),
  gives(
    "E22 (XFAIL in Celery) arguments of a chain that begins with a chord",
    { ...chain(chord([identity(), identity()], identity()), identity()), args: [1] },
    [1, 1],
  ),
  gives("E23 (XFAIL in Celery) arguments of a chain in a chain", { ...chain(chain(identity(), identity())), args: [1] }, 1),
  gives(
    "E24 a chord over a thousand",
    chord(
      times(1_000, (index) => identity(index)),
      tsum(),
    ),
    499_500,
  ),
  gives("E25 task | group of a thousand | task", chain(identity(1), group(...times(1_000, () => identity())), tsum()), 1_000),
  gives("E26 a chain's priority", set(chain(s("return_priority")), { priority: 3 }), "Priority: 3"),
  gives(
    "E27 each step has its own priority",
    chain(set(s("return_priority"), { priority: 3 }), set(s("return_priority"), { priority: 5 })),
    "Priority: 5",
  ),
  gives("E28 a chord over a group alone", chord([group(identity(42), identity(42))], identity()), [42, 42]),
  gives("E29 a chord over a chain that ends in a group", chord(group(chain(identity(42), group(identity(), identity()))), identity()), [
    [42, 42],
  ]),
  raises("E30 (XFAIL in Celery) task | fail | group", chain(add(1, 1), fail(), addAll(1, 1))),
  raises("E31 task | task | group of which one fails", chain(add(1, 1), add(1), group(add(1), fail()))),
  ...[
    ["a task", add(1)],
    ["a chain", chain(add(1), add(1))],
    ["a group", group(add(1), add(1))],
    ["a chord", chord([add(1)], add(1))],
  ].map(([what, body]): CanvasRow => raises(`E60 a header that fails before ${what}`, chain(group(add(1, 1), fail()), body as never))),
  raises("E61 the same in a chain in a chain", chain(chain(group(add(1, 1), fail()), identity()), identity())),
  raises(
    "E62 a failure before a group in a member",
    chain(group(identity(1), chain(fail(), group(identity(), identity()), identity())), identity()),
  ),
];
