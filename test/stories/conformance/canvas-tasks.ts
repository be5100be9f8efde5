/** The helper tasks of Celery's canvas suite (t/integration/tasks.py), in TypeScript; on the app of `tasks.ts`. */
import { SoftTimeLimitExceeded } from "../../../src/celeriac.ts";
import { app } from "./tasks.ts";

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
