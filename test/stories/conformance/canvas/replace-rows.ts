import { type CanvasRow, CB, EB, gives, note, type Ran, raises } from "./row.ts";
import { chain, chord, group, link, linkError, s, si, times } from "./signatures.ts";

const add = (...args: unknown[]) => s("plus", ...args);
const addAll = (...numbers: number[]) => group(...numbers.map((each) => add(each)));
const tsum = () => s("tsum");
const identity = (...args: unknown[]) => s("identity", ...args);
const replaced = (...args: unknown[]) => s("replace_with_chain", ...args);
const addReplaced = () => s("add_replaced", 42, 1337);

/** A replacement that links to a note inside. */
const noting = (task: string, word: string, key: string) => s(task, word, key);

/** In each place of three, a task that is replaced by a chain. */
const PLACES = [
  ["first", [replaced(42), identity(1337)], [42, 1337]],
  ["in the middle", [identity(42), replaced(1337), identity(31_337)], [42, 1337, 31_337]],
  ["last", [identity(42), replaced(1337)], [42, 1337]],
] as const;
const CHAINS = [
  ["first", [replaced(42), identity()]],
  ["in the middle", [identity(42), replaced(), identity()]],
  ["last", [identity(42), replaced()]],
] as const;
const BODIES = [
  ["first", [replaced(), identity()]],
  ["in the middle", [identity(), replaced(), identity()]],
  ["last", [identity(), replaced()]],
] as const;

const sorted = async ({ tree, read }: Ran) => {
  const { result } = await read("task_id" in tree ? tree.task_id : "");
  return (result as number[]).toSorted((left, right) => left - right);
};

/** CELERY.md 5.8 B, D and E: tasks that replace themselves, or add to their chord. */
export const replaceRows: readonly CanvasRow[] = [
  gives(
    "B3 a chain in a chain, with a task that replaces itself",
    chain(add(2, 2), chain(add(4), s("add_replaced", 8), add(16), add(32)), addAll(0, 1, 2, 3)),
    [64, 65, 66, 67],
  ),
  {
    name: "B11 a replacement that is replaced",
    canvas: (key) => s("second_order_replace", key),
    look: ({ noted, key }) => noted(key),
    shows: ["In A", "In B", "In/Out C", "Out B", "Out A"],
  },
  {
    name: "B28 a replacement with a callback of its own",
    canvas: (key) => chain(identity("Hello "), noting("replace_with_chain", "inner", key), add("world")),
    comesTo: { value: "Hello world" },
    notes: ["inner"],
  },
  {
    name: "B29 a replacement that fails, with an errback of its own",
    canvas: (key) => chain(identity("Hello "), noting("replace_with_failing_chain", "inner", key), add("world")),
    comesTo: { error: "ValueError" },
    notes: ["inner"],
  },
  {
    name: "B30 the same as B28, with a callback of the whole",
    canvas: (key) => link(chain(identity("Hello "), noting("replace_with_chain", "inner", key), add("world")), s("note", key)),
    comesTo: { value: "Hello world" },
    notes: ["inner", "Hello world"],
  },
  {
    name: "B32 the same as B29, with an errback of the whole",
    canvas: (key) =>
      linkError(chain(identity("Hello "), noting("replace_with_failing_chain", "inner", key), add("world")), note("outer", key)),
    comesTo: { error: "ValueError" },
    notes: ["inner", "outer"],
  },
  {
    ...raises("B33 a chain of nothing replaces nothing", chain(identity(1), s("replace_with_empty_chain")), "ImproperlyConfigured"),
    look: async ({ tree, read }) => {
      const { exc_message } = (await read("task_id" in tree ? tree.task_id : "")).result as { exc_message: string[] };
      return exc_message;
    },
    shows: ["Cannot replace with an empty chain"],
  },
  {
    name: "B36 a chain that begins with a replaced task, with a callback",
    canvas: (key) => link(chain(addReplaced(), identity()), CB(key)),
    comesTo: { value: 1379 },
    notes: ["CB"],
  },
  {
    name: "B37 a chain that begins with a replaced task and fails, with an errback",
    canvas: (key) => linkError(chain(addReplaced(), s("fail")), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  {
    name: "B38 a replaced task with a callback, in a chain",
    canvas: (key) => chain(link(addReplaced(), CB(key)), identity()),
    comesTo: { value: 1379 },
    notes: ["CB"],
  },
  {
    name: "B39 a replaced task that fails, with an errback, in a chain",
    canvas: (key) => chain(linkError(s("fail_replaced"), EB(key)), si("identity", 42)),
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  gives("B40 a task that is replaced by a chain", replaced(42), 42),
  ...CHAINS.map(([place, steps], index) => gives(`B${41 + index} the same ${place} in a chain`, chain(...steps), 42)),
  {
    name: "D21 a group of which a member is replaced, with a callback",
    canvas: (key) => link(group(addReplaced(), identity(31_337)), CB(key)),
    comesTo: { value: [1379, 31_337] },
    notes: ["CB"],
  },
  {
    name: "D22 a group of which a member is replaced and another fails, with an errback",
    canvas: (key) => linkError(group(addReplaced(), s("fail")), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  {
    name: "D23 a group of which a replaced member has a callback",
    canvas: (key) => group(link(addReplaced(), CB(key)), identity(31_337)),
    comesTo: { value: [1379, 31_337] },
    notes: ["CB"],
  },
  {
    name: "D24 a group of which a replaced member fails and has an errback",
    canvas: (key) => group(linkError(s("fail_replaced"), EB(key)), identity(31_337)),
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  ...PLACES.map(([place, members, value], index) =>
    gives(`D${25 + index} a member replaced by a chain, ${place}`, group(...members), value),
  ),
  gives(
    "D28 members replaced by groups, in order",
    group(...times(10, () => [s("add_to_all", [2, 1], 1), s("add_to_all", [4, 3], 1)]).flat()),
    times(10, () => [
      [3, 2],
      [5, 4],
    ]).flat(),
  ),
  gives(
    "E4 nested chords with replaced members and bodies",
    chord(
      [
        chain(chord([add(1, 2), s("add_replaced", 3, 4)], s("add_to_all", 5)), tsum()),
        chain(chord([s("add_replaced", 6, 7), add(0, 0)], s("add_to_all", 8)), tsum()),
      ],
      s("add_to_all", 9),
    ),
    [29, 38],
  ),
  {
    name: "E5 a member adds tasks to its chord",
    canvas: () => chain(group(s("add_to_all_to_chord", [1, 2, 3], 4)), identity()),
    look: sorted,
    shows: [0, 5, 6, 7],
  },
  {
    name: "E6 a member adds a chord to its chord",
    canvas: () => chain(group(s("add_chord_to_chord", [1, 2, 3], 4)), identity()),
    look: sorted,
    shows: [0, 18],
  },
  gives("E8 task | group | a task replaced by a group", chain(add(2, 2), addAll(0, 1, 2, 3), s("add_to_all", 8)), [12, 13, 14, 15]),
  {
    ...gives("E10 a chord's arguments, by place and by name", chord(addAll(0, 1, 2, 3), s("add_to_all", 8)), [13, 14, 15, 16]),
    canvas: () => {
      const whole = chord(addAll(0, 1, 2, 3), s("add_to_all", 8));
      return { ...whole, args: [4], kwargs: { ...whole.kwargs, kwargs: { z: 1 } } };
    },
  },
  gives("E12 a header of one, as a chord", chord([add(2, 5)], s("add_to_all", 9)), [16]),
  gives("E12 a header of one, as group | task", chain(group(add(2, 5)), s("add_to_all", 9)), [16]),
  gives("E13 an empty header, as a chord", chord([], s("add_to_all", 9)), []),
  gives("E13 an empty header, as group | task", chain(group(), s("add_to_all", 9)), []),
  gives("E14 nested chords", chord([chord([add(1, 2), add(3, 4)], add([5])), chord([add(6, 7)], add([10]))], s("add_to_all", ["A"])), [
    [3, 7, 5, "A"],
    [13, 10, "A"],
  ]),
  gives(
    "E14 the same as groups in chains",
    chain(group(chain(group(add(1, 2), add(3, 4)), add([5])), chain(group(add(6, 7)), add([10]))), s("add_to_all", ["A"])),
    [
      [3, 7, 5, "A"],
      [13, 10, "A"],
    ],
  ),
  gives("E47 a header of one that is replaced by a chain", chord([replaced(42)], identity()), [42]),
  ...PLACES.map(([place, members, value], index) =>
    gives(`E${48 + index} a header of which a member is replaced by a chain, ${place}`, chord([...members], identity()), value),
  ),
  gives("E51 a body that is replaced by a chain", chord([identity(42)], replaced()), [42]),
  ...BODIES.map(([place, steps], index) =>
    gives(`E${52 + index} a body of which a step is replaced by a chain, ${place}`, chord([identity(42)], chain(...steps)), [42]),
  ),
];
