/** The helper tasks of Celery's canvas suite (t/integration/tasks.py), in TypeScript; on the app of `tasks.ts`. */
import { chain, group, type Signature, SoftTimeLimitExceeded } from "../../../src/celeriac.ts";
import { app, fail, identity } from "./tasks.ts";

/** What tasks wrote down, by the row's key. */
export const notebook = new Map<string, unknown[]>();

function write(key: string, word: unknown): void {
  notebook.set(key, [...(notebook.get(key) ?? []), word]);
}

/** Python's `+`, of numbers, texts and lists; a third operand is added where it is given. */
function plus(x: unknown, y: unknown): unknown {
  if (Array.isArray(x) && Array.isArray(y)) return [...x, ...y];
  if (typeof x === "string" && typeof y === "string") return x + y;
  if (typeof x === "number" && typeof y === "number") return x + y;
  throw new TypeError(`unsupported operands for +: ${JSON.stringify(x)} and ${JSON.stringify(y)}`);
}

export const add = app.task("rows.plus", (x: unknown, y: unknown, z: unknown = null) => (z === null ? plus(x, y) : plus(plus(x, y), z)), {
  parameters: ["x", "y", "z"],
});

export const mul = app.task("rows.mul", (x: number, y: number) => x * y);

export const concat = app.task("rows.concat", (...texts: unknown[]) => texts.join(""));

export const tsum = app.task("rows.tsum", (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0));

type Nested = number | Nested[];
const sumOf = (value: Nested): number => (Array.isArray(value) ? value.reduce<number>((sum, each) => sum + sumOf(each), 0) : value);

export const xsum = app.task("rows.xsum", (numbers: Nested) => sumOf(numbers));

/** Writes what it is given into the notebook, and returns it. */
export const note = app.task("rows.note", (word: unknown, key: string) => {
  write(key, word);
  return word;
});

export const raiseError = app.task("rows.raise_error", () => {
  const error = new Error("deliberate error");
  error.name = "ValueError";
  throw error;
});

/** Who it is: its root, its parent and what it was given. */
export const ids = app.task("rows.ids", ({ request }, value: number) => [request.rootId, request.parentId, value], { bind: true });

export const collectIds = app.task(
  "rows.collect_ids",
  ({ request }, result: unknown, value: number) => [result, [request.rootId, request.parentId, value]],
  { bind: true },
);

/** Sums, after so many seconds; nothing, once its soft time limit is over. */
export const guardedSum = app.task(
  "rows.guarded_sum",
  async ({ signal }, numbers: number[], seconds: number) => {
    try {
      await scheduler.wait(seconds * 1000, { signal });
    } catch {
      if (signal.reason instanceof SoftTimeLimitExceeded) return 0;
      throw signal.reason;
    }
    return numbers.reduce((sum, each) => sum + each, 0);
  },
  { bind: true },
);

export const returnPriority = app.task("rows.return_priority", ({ request }) => `Priority: ${request.deliveryInfo.priority}`, {
  bind: true,
});

/** The stamps that it was called with. */
export const stampsOf = app.task("rows.stamps_of", ({ request }) => request.stamps, { bind: true });

export const headersOf = app.task("rows.headers_of", ({ request: { headers, stampedHeaders } }) => ({ headers, stampedHeaders }), {
  bind: true,
});

/** The stamps within what `retry_once` returned. */
export const stampsWithin = app.task("rows.stamps_within", ({ stamps }: { stamps: unknown }) => stamps);

/** Notes its stamps, under the key that is its last argument. */
export const noteStamps = app.task(
  "rows.note_stamps",
  ({ request }, ...given: unknown[]) => {
    write(String(given.at(-1)), request.stamps);
    return null;
  },
  { bind: true },
);

export const errbackOldStyle = app.task("rows.errback_old_style", (id: string) => write(id, "old"), { parameters: ["id"] });

export const errbackNewStyle = app.task(
  "rows.errback_new_style",
  (request: { id: string }, error: { exc_type: string }, traceback: string | null) => {
    if (typeof error.exc_type !== "string" || traceback === undefined) throw new TypeError("expected (request, exc, traceback)");
    write(request.id, "new");
  },
  { parameters: ["request", "exc", "traceback"] },
);

const NOTHING: Signature<unknown[], unknown, "one">[] = [];

/** Tasks that are replaced by others. */
export const addReplaced = app.task("rows.add_replaced", (self, x: unknown, y: unknown) => self.replace(add.s(x, y)), { bind: true });

export const failReplaced = app.task("rows.fail_replaced", (self) => self.replace(fail.s()), { bind: true });

export const replaceWithChain = app.task(
  "rows.replace_with_chain",
  (self, value: unknown, word?: string, key?: string) => {
    const steps = chain(identity.s(value), identity.s());
    return self.replace(word === undefined ? steps : steps.link(note.si(word, key ?? "")));
  },
  { bind: true },
);

export const replaceWithFailingChain = app.task(
  "rows.replace_with_failing_chain",
  (self, value: unknown, word: string, key: string) =>
    self.replace(chain(identity.s(value), raiseError.si()).linkError(note.si(word, key))),
  { bind: true },
);

export const replaceWithEmptyChain = app.task("rows.replace_with_empty_chain", (self, _before: unknown) => self.replace(chain(NOTHING)), {
  bind: true,
});

export const replaceWithStamped = app.task("rows.replace_with_stamped", (self, key: string) => self.replace(noteStamps.s(key)), {
  bind: true,
});

/** Each adds `value` to each of the numbers: as what takes its place, or beside it in its chord. */
export const addToAll = app.task(
  "rows.add_to_all",
  (self, numbers: unknown[], value: unknown, z: unknown = null) => self.replace(group(numbers.map((each) => add.s(each, value, z)))),
  { bind: true, parameters: ["nums", "val", "z"] },
);

export const addToAllToChord = app.task(
  "rows.add_to_all_to_chord",
  async (self, numbers: number[], value: number) => {
    for (const each of numbers) await self.addToChord(add.s(each, value));
    return 0;
  },
  { bind: true },
);

export const addChordToChord = app.task(
  "rows.add_chord_to_chord",
  async (self, numbers: number[], value: number) => {
    await self.addToChord(chain(group(numbers.map((each) => sumOfTwo(each, value))), tsum.s()));
    return 0;
  },
  { bind: true },
);

/** `x + y` of numbers, as `tsum` takes it. */
function sumOfTwo(x: number, y: number): Signature<[], number, "one"> {
  return app.signature<[], number>("rows.plus", [x, y]);
}

/** Replaces itself twice over: A by B and the rest of A, B by a note and the rest of B. */
const secondOrder = { A: "rows.second_order_replace", B: "rows.second_order_replace_b" } as const;

export const secondOrderReplaceB = app.task(
  secondOrder.B,
  (self, key: string, again = false) => {
    write(key, again ? "Out B" : "In B");
    return again ? "B" : self.replace(chain(note.s("In/Out C", key), app.signature(secondOrder.B, [key, true], {}, { immutable: true })));
  },
  { bind: true },
);

export const secondOrderReplace = app.task(
  secondOrder.A,
  (self, key: string, again = false) => {
    write(key, again ? "Out A" : "In A");
    return again
      ? "A"
      : self.replace(chain(secondOrderReplaceB.s(key), app.signature(secondOrder.A, [key, true], {}, { immutable: true })));
  },
  { bind: true },
);

/** Sends a canvas, and returns its result as Celery writes it: a tuple of its id and its parent, and no children. */
export const sendCanvas = app.task("rows.send_canvas", () =>
  chain(add.s(1, 1), add.s(2), group(add.s(3), add.s(4)), app.signature<[unknown[]], number>("rows.tsum"), add.s(4)).delay(),
);

/** Replaced so many times, and tells how often it was. */
export const nesting = app.task(
  "rows.nesting",
  (self, times: number): number =>
    times === 0 ? self.request.replacedTaskNesting : self.replace(app.signature<[], number>("rows.nesting", [times - 1])),
  { bind: true },
);
