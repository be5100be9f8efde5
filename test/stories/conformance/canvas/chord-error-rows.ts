import { type CanvasRow, EB, idOf, mutableErrback, note, STYLES } from "./row.ts";
import { chain, chord, group, linkError, type Signature, s, set, times } from "./signatures.ts";

const identity = (...args: unknown[]) => s("identity", ...args);
const fail = () => s("fail");

/** What fails, in each form, and the number of its first row: without an errback. */
const FORMS: readonly [first: number, what: string, make: (fails: Signature, first: Signature) => Signature][] = [
  [32, "a task", (fails) => fails],
  [35, "a chain that goes on", (fails, first) => chain(first, fails, identity())],
  [38, "a chain that ends so", (fails, first) => chain(first, fails)],
  [41, "a group", (fails, first) => group(first, fails)],
];

/** For each form as the header and as the body: no errback, one that takes nothing, and one that takes the id of what failed. */
const formRows = FORMS.flatMap(([first, what, make]): CanvasRow[] =>
  ["header", "body"].flatMap((place, side): CanvasRow[] => {
    const canvas = (fails: Signature) =>
      place === "header" ? chord([make(fails, identity(1))], identity()) : chord([identity(1)], make(fails, identity()));
    const comesTo = { error: "ExpectedError" };
    return [
      { name: `E${first} ${what} fails as the ${place} of a chord`, canvas: () => canvas(fail()), comesTo },
      {
        name: `E${first + 1} the same as the ${place}: its errback is called once`,
        canvas: (key) => linkError(canvas(fail()), EB(key)),
        comesTo,
        notes: ["EB"],
      },
      ...STYLES.map((style, index): CanvasRow => {
        const task_id = `f1f1f1f1-00${first}-4000-8000-0000000000${side}${index}`;
        return {
          name: `E${first + 2} the same: an errback of the ${style} style is told of ${place === "header" ? "the body" : "what failed"}`,
          canvas: () => linkError(canvas(set(fail(), { task_id })), mutableErrback(style)),
          comesTo,
          failed: ({ tree }) => [place === "header" ? idOf(tree) : task_id],
        };
      }),
    ];
  }),
);

/** Headers of so many tasks that succeed and that fail. */
const SHAPES: readonly [succeed: number, fails: number][] = [
  [0, 1],
  [1, 1],
  [2, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [2, 3],
];

const many = (succeed: number, fails: number) => [...times(succeed, () => identity(42)), ...times(fails, fail)];

const shapeRows = SHAPES.flatMap(([succeed, fails]): CanvasRow[] => {
  const shape = `${succeed} that succeed and ${fails} that fail`;
  const header = (key: string, errback: string) => many(succeed, fails).map((member) => linkError(member, note(errback, key)));
  const comesTo = { error: "ExpectedError" };
  return [
    {
      name: `E56 errbacks on a header of ${shape}, and another on the body`,
      canvas: (key) => chord(header(key, "header"), linkError(note("body ran", key), note("body", key))),
      comesTo,
      notes: [...times(fails, () => "header"), "body"],
      errbacksOnHeader: true,
    },
    {
      name: `E57 the errback of a chord over ${shape}`,
      canvas: (key) => linkError(chord(many(succeed, fails), note("body ran", key)), EB(key)),
      comesTo,
      notes: ["EB"],
    },
    {
      name: `E58 the errback of a chain of a group of ${shape} and a body`,
      canvas: (key) => linkError(chain(group(...many(succeed, fails)), note("body ran", key)), EB(key)),
      comesTo,
      notes: times(fails + 1, () => "EB"),
      errbacksOnHeader: true,
    },
    {
      name: `E58 the same as a chord over ${shape}`,
      canvas: (key) => linkError(chord(many(succeed, fails), note("body ran", key)), EB(key)),
      comesTo,
      notes: times(fails + 1, () => "EB"),
      errbacksOnHeader: true,
    },
  ];
});

const failedIds = (count: number, number: string) =>
  times(count, (index) => `f1f1f1f1-${number}-4000-8000-${String(index).padStart(12, "0")}`);

/** CELERY.md 5.8 E: how chords fail, and which errbacks are called how often. */
export const chordErrorRows: readonly CanvasRow[] = [
  ...formRows,
  {
    name: "E44 24 that succeed and 42 that fail, as a header: one call of the errback",
    canvas: (key) => linkError(chord(many(24, 42), identity()), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  {
    name: "E44 the same as a body: a call for each that fails",
    canvas: (key) => linkError(chord([identity(42)], group(...times(24, () => identity()), ...times(42, fail))), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: times(42, () => "EB"),
  },
  ...STYLES.flatMap((style, index): CanvasRow[] => {
    const ids = failedIds(42, `${index}046`);
    return [
      {
        name: `E45 8 that succeed and 42 that fail, as a header: an errback of the ${style} style is told of the body`,
        canvas: () => linkError(chord(many(8, 42), identity()), mutableErrback(style)),
        comesTo: { error: "ExpectedError" },
        failed: ({ tree }) => [idOf(tree)],
      },
      {
        name: `E46 the same as a body: an errback of the ${style} style is told of each that fails`,
        canvas: () => {
          const members = [...times(8, () => identity()), ...ids.map((task_id) => set(fail(), { task_id }))];
          return linkError(chord([identity(42)], group(...members)), mutableErrback(style));
        },
        comesTo: { error: "ExpectedError" },
        failed: () => ids,
      },
    ];
  }),
  {
    name: "E55 a chord that fails in a header: the outer errback is called once, and no body runs",
    canvas: (key) => {
      const body = note("body ran", key);
      return linkError(chord([identity(1), chord([identity(2), fail()], body)], body), EB(key));
    },
    comesTo: { error: "ExpectedError" },
    notes: ["EB"],
  },
  ...shapeRows,
  {
    name: "E59 a chain of a task, a group that fails and a body, with an errback",
    canvas: (key) => linkError(chain(identity(1), group(fail(), fail()), identity()), EB(key)),
    comesTo: { error: "ExpectedError" },
    notes: times(3, () => "EB"),
    errbacksOnHeader: true,
  },
];
