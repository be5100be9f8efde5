import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { meaningOf } from "./meaning.ts";
import { aCanvas, runCanvas, vectorTasks } from "./run-canvas.ts";

const FILE = join(import.meta.dirname, "../../../../shared/vectors/canvas.jsonl");

interface Vector {
  sig: unknown;
  expect: { value: unknown } | { error: string; message: string } | { hangs: true };
}

describe.skipIf(!existsSync(FILE))("canvases that were run by Celery", () => {
  const vectors = (existsSync(FILE) ? readFileSync(FILE, "utf8") : "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Vector => JSON.parse(line));

  it.for(vectors.map((vector, index) => [index, vector] as const))(
    "number %i comes to what Celery made of it, or should have",
    ([, vector]) => {
      const ran = runCanvas(aCanvas(vector.sig), vectorTasks);
      if ("value" in vector.expect) expect(ran.outcome).toEqual({ value: vector.expect.value });
      else if ("hangs" in vector.expect) expect(ran.outcome).toEqual(meaningOf(vector.sig, vectorTasks));
      else expect(ran.outcome).toEqual({ error: expect.stringContaining(vector.expect.error) });
      expect(new Set(ran.ends)).not.toContain(undefined);
    },
  );
});
