import type { CanvasRow, Ran } from "./row.ts";
import { chain, chord, group, link, linkError, type Signature, s, times } from "./signatures.ts";
import { stamped } from "./stamped.ts";

const STAMPS = { on_signature: 42 };
const add = (...args: unknown[]) => s("plus", ...args);

/** A task that takes anything, and notes its stamps. */
const told = (key: string) => s("note_stamps", key);

/** Canvases of one kind of task, and how many of it they have. */
export const SHAPES: readonly [name: string, count: number, make: (task: () => Signature) => Signature][] = [
  ["a task", 1, (task) => task()],
  ["a group", 2, (task) => group(task(), task())],
  ["a group of a group", 3, (task) => group(group(task(), task()), task())],
  ["a chain", 3, (task) => chain(task(), task(), task())],
  ["a chain in a chain", 3, (task) => chain(chain(task(), task()), task())],
  ["a chord", 3, (task) => chord([task(), task()], task())],
  ["a chord whose body is a chain", 4, (task) => chord([task(), task()], chain(task(), task()))],
  ["a chord whose body is a group", 4, (task) => chord([task(), task()], group(task(), task()))],
  ["a chord over a chord", 4, (task) => chord([chord([task()], task()), task()], task())],
  ["a chain that ends in a group", 3, (task) => chain(task(), group(task(), task()))],
  ["a group of a chain and a chord", 4, (task) => group(chain(task(), task()), chord([task()], task()))],
];

const allStamped = async ({ noted, key }: Ran) => (await noted(key)).map((each) => JSON.stringify(each));

/** CELERY.md 5.8 G: stamps. */
export const stampRows: readonly CanvasRow[] = [
  {
    name: "G1 group | group with a callback and an errback, all stamped",
    canvas: (key) => {
      const whole = chain(group(chain(add(4, 2), add(5)), chain(add(12, 5), add(4)), s("identity", 10)), group(s("xsum"), s("xsum")));
      return stamped(linkError(link(whole, told(key)), told(key)), STAMPS);
    },
    comesTo: { value: [42, 42] },
    notes: [STAMPS],
  },
  {
    name: "G2 a chain of a chord and a chord, stamped",
    canvas: () =>
      stamped(
        chain(
          chain(group(...times(3, (index) => s("identity", index + 1))), s("xsum")),
          chord(
            times(3, () => s("mul", 10)),
            s("xsum"),
          ),
        ),
        { stamp: "value" },
      ),
    comesTo: { value: 180 },
  },
  {
    name: "G3 a stamp's scalar stays one, and its list one",
    canvas: () => stamped(group(s("stamps_of"), s("stamps_of")), { scalar: 4, list: [4, 2] }),
    comesTo: { value: times(2, () => ({ scalar: 4, list: [4, 2] })) },
  },
  {
    name: "G4 stamps are none of the options, nor of the call's own headers",
    canvas: () => stamped(s("headers_of"), STAMPS),
    comesTo: { value: { headers: {}, stampedHeaders: ["on_signature"] } },
  },
  ...SHAPES.map(
    ([name, count, make]): CanvasRow => ({
      name: `G6 ${name}: every task is stamped`,
      canvas: (key) =>
        stamped(
          make(() => told(key)),
          STAMPS,
        ),
      look: allStamped,
      shows: times(count, () => JSON.stringify(STAMPS)),
    }),
  ),
  {
    name: "G7 a replacement bears the stamps of what it replaces",
    canvas: (key) => stamped(s("replace_with_stamped", key), STAMPS),
    notes: [STAMPS],
  },
  {
    name: "G8 stamped, linked and stamped again: the callback bears the later stamp",
    canvas: (key) => stamped(link(stamped(s("identity", 1), { first: 1 }), told(key)), { second: 2 }),
    comesTo: { value: 1 },
    notes: [{ second: 2 }],
  },
  {
    name: "G9 the same of an errback",
    canvas: (key) => stamped(linkError(stamped(s("fail"), { first: 1 }), told(key)), { second: 2 }),
    comesTo: { error: "ExpectedError" },
    notes: [{ second: 2 }],
  },
  {
    name: "G10 stamps stay over a retry",
    canvas: () => stamped(chain(s("retry_once"), s("stamps_within")), STAMPS),
    comesTo: { value: STAMPS },
  },
  {
    name: "G11 a callback given as a plain object is stamped and run",
    canvas: (key) => stamped({ ...s("identity", 1), options: { link: [told(key)] } }, STAMPS),
    comesTo: { value: 1 },
    notes: [STAMPS],
  },
  {
    name: "G12 an errback given as a plain object is stamped and run",
    canvas: (key) => stamped({ ...s("fail"), options: { link_error: [told(key)] } }, STAMPS),
    comesTo: { error: "ExpectedError" },
    notes: [STAMPS],
  },
];
