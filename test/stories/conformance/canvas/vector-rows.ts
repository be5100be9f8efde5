import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { meaningOf } from "../../../core/canvas/meaning.ts";
import { vectorTasks } from "../../../core/canvas/run-canvas.ts";
import { type CanvasRow, idOf } from "./row.ts";
import type { Signature } from "./signatures.ts";

/** Beside the checkout; where it is not, there are no such rows. */
const FILE = join(import.meta.dirname, "../../../../../shared/vectors/canvas.jsonl");

interface Vector {
  sig: Signature;
  expect: { value: unknown } | { error: string; message: string } | { hangs: true };
}

/** The helper tasks that do what those of the vectors do. */
const NAMES: Readonly<Record<string, string>> = { "tasks.add": "rows.plus", "tasks.fail": "rows.raise_error" };

/** Random canvases that Celery 5.6.3 ran: they come to what it made of them, or, where it hung for ever, to what their parts say. */
export const vectorRows: readonly CanvasRow[] = (existsSync(FILE) ? readFileSync(FILE, "utf8") : "")
  .split("\n")
  .filter((line) => line !== "")
  .map((line, index) => vectorRow(JSON.parse(line), index));

function vectorRow({ sig, expect }: Vector, index: number): CanvasRow {
  const row = { name: `vector ${index}${"hangs" in expect ? ", which Celery hung on" : ""}`, canvas: () => renamed(sig) };
  if ("value" in expect) return { ...row, comesTo: { value: expect.value } };
  if ("hangs" in expect) {
    const meant = meaningOf(sig, vectorTasks);
    return { ...row, comesTo: "value" in meant ? meant : { error: "ValueError" } };
  }
  return {
    ...row,
    look: async ({ tree, read }) => {
      const { exc_type, exc_message } = (await read(idOf(tree))).result as { exc_type: string; exc_message: string[] };
      return { error: exc_type, message: withoutIds(exc_message.join(" ")) };
    },
    shows: { ...expect, message: withoutIds(expect.message) },
  };
}

function renamed(sig: Signature): Signature {
  return JSON.parse(
    JSON.stringify(sig, (key, value) =>
      key === "task" && typeof value === "string" ? (NAMES[value] ?? value.replace(/^tasks\./, "rows.")) : value,
    ),
  );
}

function withoutIds(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>");
}
