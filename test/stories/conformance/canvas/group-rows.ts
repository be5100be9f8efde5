import { type CanvasRow, CB, EB, gives, idOf, mutableErrback, STYLES, wayTo } from "./row.ts";
import { chain, chord, group, link, linkError, s, set, si, times } from "./signatures.ts";

const identity = (...args: unknown[]) => s("identity", ...args);
const fail = () => s("fail");
const upTo = (end: number) => times(end, (index) => index);

/** Forty-two identities of 1337, one after the other or side by side. */
const long = () => chain(identity(1337), ...times(41, () => identity()));
const wide = () => group(...times(42, () => identity(1337)));
const joined = () => chord(wide(), si("identity", 1337));

/** CELERY.md 5.8 D, without replacement. */
export const groupRows: readonly CanvasRow[] = [
  {
    name: "D1 a group of which a member fails is ready all the same",
    canvas: () => group(s("plus", 1, 2), s("raise_error")),
    comesTo: { error: "ValueError" },
    look: async ({ group: look, tree }) => {
      const { ready, successful, completed_count, count } = await look(idOf(tree));
      return { ready, successful, completed_count, count };
    },
    shows: { ready: true, successful: false, completed_count: 1, count: 2 },
  },
  {
    ...gives("D2 an empty group", group(), []),
    look: async ({ group: look, tree }) => (await look(idOf(tree))).results,
    shows: [],
  },
  {
    name: "D3 task | task | group: each member has the first as its root, and the second as its parent",
    canvas: () => chain(si("ids", 1), si("ids", 2), group(...times(48, (index) => si("ids", index + 2)))),
    look: async ({ tree, read }) => {
      const [first, second] = wayTo(tree).map(idOf);
      const children = "children" in tree ? tree.children : [];
      const seen = await Promise.all(children.map(async (child) => (await read(idOf(child))).result));
      return seen.filter((each, index) => JSON.stringify(each) === JSON.stringify([first, second, index + 2])).length;
    },
    shows: 48,
  },
  gives(
    "D4 groups in a group are part of it",
    group(group(si("plus", 1, 10), si("plus", 1, 100)), group(si("plus", 1, 1000), si("plus", 1, 2000))),
    [11, 101, 1001, 2001],
  ),
  gives("D5 a thousand members, in order", group(...times(1_000, (index) => identity(index))), upTo(1_000)),
  gives("D6 a group of two", group(identity(42), identity(42)), [42, 42]),
  gives("D7 a group of a group", group(group(identity(42), identity(42))), [42, 42]),
  gives("D8 a group of a chord", group(chord([identity(42)], identity())), [[42]]),
  gives("D9 a chord over a long chain", group(chord([long()], identity())), [[1337]]),
  gives("D10 a chord over a group", group(chord([wide()], identity())), [times(42, () => 1337)]),
  gives("D11 a chord over a chord", group(chord([chord(wide(), si("identity", 31_337))], identity())), [[31_337]]),
  gives("D12 a chord over a task, a chain, a group and a chord", group(chord([identity(42), long(), wide(), joined()], identity())), [
    [42, 1337, ...times(42, () => 1337), 1337],
  ]),
  gives("D13 (XFAIL in Celery) a chord whose body is a chain of one", group(chord([identity(42)], chain(identity()))), [[42]]),
  {
    name: "D14 the callback of a group is called once",
    canvas: (key) => link(group(identity(42), identity(1337)), CB(key)),
    comesTo: { value: [42, 1337] },
    notes: ["CB"],
  },
  ...[
    [fail(), identity(42)],
    [identity(42), fail()],
  ].map(
    (members, index): CanvasRow => ({
      name: `D${15 + index} the errback of a group whose ${index === 0 ? "first" : "last"} member fails is called once`,
      canvas: (key) => linkError(group(...members), EB(key)),
      comesTo: { error: "ExpectedError" },
      notes: ["EB"],
    }),
  ),
  ...STYLES.map((style, index): CanvasRow => {
    const task_id = `f1f1f1f1-0017-4000-8000-00000000000${index}`;
    return {
      name: `D17 an errback of the ${style} style is told of the member that failed`,
      canvas: () => linkError(group(set(fail(), { task_id }), identity(42)), mutableErrback(style)),
      comesTo: { error: "ExpectedError" },
      failed: () => [task_id],
    };
  }),
  {
    name: "D18 the errback of a group is called for each member that fails",
    canvas: (key) => linkError(group(...times(24, () => identity(42)), ...times(42, fail)), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: times(42, () => "EB"),
  },
  {
    name: "D19 42 members, each with a callback",
    canvas: (key) => group(...times(42, () => link(identity(1337), CB(key)))),
    comesTo: { value: times(42, () => 1337) },
    notes: times(42, () => "CB"),
  },
  {
    name: "D20 42 members that fail, each with an errback",
    canvas: (key) => group(...times(42, () => linkError(fail(), EB(key)))),
    comesTo: { error: "ExpectedError" },
    notes: times(42, () => "EB"),
  },
];
