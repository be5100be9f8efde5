import { type CanvasRow, CB, EB, note, raises } from "./row.ts";
import { chain, chord, group, link, linkError, type Signature, s, times } from "./signatures.ts";

/** A group of tasks that note numbers. */
const noting = (key: string, ...numbers: number[]) => group(...numbers.map((each) => note(each, key)));
/** From one number to the last before another. */
const upTo = (first: number, end: number) => times(end - first, (index) => first + index);

/** A chain of tasks that note numbers and then "Done": each is to be noted once, and that last. */
function onceEach(name: string, canvas: (key: string) => Signature, numbers: readonly number[]): CanvasRow {
  return {
    name,
    canvas,
    notes: [...numbers, "Done"],
    look: async ({ noted, key }) => (await noted(key)).at(-1),
    shows: "Done",
  };
}

/** CELERY.md 5.8 B: what is run how often. */
export const chainNoteRows: readonly CanvasRow[] = [
  {
    name: "B31 a chain with a callback and an errback in a chain",
    canvas: (key) => chain(linkError(link(chain(s("identity", "a"), s("plus", "b")), CB(key)), EB(key)), s("plus", "c")),
    comesTo: { value: "abc" },
    notes: ["CB"],
  },
  {
    name: "B34 42 steps, each with a callback",
    canvas: (key) => chain(...times(42, (index) => link(index === 0 ? s("identity", 1337) : s("identity"), CB(key)))),
    comesTo: { value: 1337 },
    notes: times(42, () => "CB"),
  },
  {
    ...raises("B35 42 steps that would fail, each with an errback", s("fail")),
    canvas: (key) => chain(...times(42, () => linkError(s("fail"), EB(key)))),
    notes: ["EB"],
  },
  onceEach(
    "B45 a chain of groups, then a task, then Done",
    (key) => chain(noting(key, 1, 2, 3), noting(key, 4, 5, 6), noting(key, 7), noting(key, 8), note(9, key), note("Done", key)),
    upTo(1, 10),
  ),
  onceEach(
    "B46 a chain that begins with a chord whose body is a group",
    (key) => chain(chord(noting(key, 1, 2, 3), noting(key, 4, 5, 6)), noting(key, 7), noting(key, 8), note(9, key), note("Done", key)),
    upTo(1, 10),
  ),
  onceEach(
    "B47 the same with a task after the chord",
    (key) => chain(chord(noting(key, 1, 2, 3), noting(key, 4, 5, 6)), note(7, key), noting(key, 8), note(9, key), note("Done", key)),
    upTo(1, 10),
  ),
  onceEach(
    "B49 groups of two, three and four, then a task",
    (key) => chain(noting(key, 1, 2), noting(key, 3, 4, 5), noting(key, 6, 7, 8, 9), note("Done", key)),
    upTo(1, 10),
  ),
  onceEach(
    "B49 groups of two, three and four, then a group",
    (key) => chain(noting(key, 1, 2), noting(key, 3, 4, 5), noting(key, 6, 7, 8, 9), group(note("Done", key))),
    upTo(1, 10),
  ),
  {
    name: "B51 group | group, then a chain of two: its second runs once",
    canvas: (key) => {
      const a = () => note("a", key);
      return chain(chain(group(a(), a()), group(a(), a())), chain(a(), note("b", key)));
    },
    notes: [...times(5, () => "a"), "b"],
  },
];
