import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkRooms } from "../../scripts/check-rooms.ts";

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** The faults of a tree of files, as the script prints them. */
function faultsOf(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "rooms-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkRooms(root).map((fault) => `${fault.path}:${fault.line}: ${fault.message}`);
}

const NOTHING = "export {};\n";

describe("imports between rooms", () => {
  it("finds nothing wrong with what the table allows", () => {
    const files = {
      "src/core/call.ts": `import { z } from "zod";\nexport type Call = z.ZodType;\n`,
      "src/clock.ts": "export const now = () => Date.now();\n",
      "src/env.ts": `import type { Api } from "./broker/api.ts";\nexport type Env = Api;\n`,
      "src/broker/api.ts": `import type { Call } from "../core/call.ts";\nexport type Api = Call;\n`,
      "src/broker/store.ts": `import { now } from "../clock.ts";\nexport const statement = () => "SELECT 1" + now;\n`,
      "src/worker/consumer.ts": `import type { Api } from "../broker/api.ts";\nimport { type Env } from "../env.ts";\nexport type Two = [Api, Env];\n`,
      "src/celeriac.ts": `export * from "./broker/store.ts";\nexport * from "./worker/consumer.ts";\n`,
      "src/tasks.ts": `import "./celeriac.ts";\n`,
      "src/index.ts": `import "./tasks.ts";\n`,
    };
    expect(faultsOf(files)).toEqual([]);
  });

  it("refuses a room that the importing room may not know, and says which it may", () => {
    const faults = faultsOf({ "src/core/a.ts": `\nimport "../app/b.ts";\n`, "src/app/b.ts": NOTHING });
    expect(faults).toEqual([expect.stringMatching(/^src\/core\/a\.ts:2: core may not import src\/app\/b\.ts: it may import itself;/)]);
  });

  it.each([
    ["export … from", `export * from "../broker/store.ts";`],
    ["import()", `const store = import("../broker/store.ts");`],
    ["import type", `import type { S } from "../broker/store.ts";`],
    ["import().Type", `type S = import("../broker/store.ts").S;`],
  ])("sees an import written as %s", (_, line) => {
    const faults = faultsOf({ "src/http/a.ts": line, "src/broker/store.ts": NOTHING });
    expect(faults).toEqual([expect.stringContaining("src/http/a.ts:1: http may not import src/broker/store.ts")]);
  });

  it("does not take an import in a comment or a string for one", () => {
    const text = `// import "../broker/store.ts"\nexport const text = 'import "../broker/store.ts"';\n`;
    expect(faultsOf({ "src/http/a.ts": text, "src/broker/store.ts": NOTHING })).toEqual([]);
  });

  it("refuses the interface of another room when it is imported as a value", () => {
    const faults = faultsOf({ "src/http/a.ts": `import { api } from "../broker/api.ts";`, "src/broker/api.ts": NOTHING });
    expect(faults).toEqual([expect.stringContaining("http may import src/broker/api.ts as types only: write `import type`")]);
  });

  it("refuses the interface of another room where the table does not name it", () => {
    const faults = faultsOf({ "src/client/a.ts": `import type { A } from "../broker/api.ts";`, "src/broker/api.ts": NOTHING });
    expect(faults).toEqual([expect.stringContaining("client may not import src/broker/api.ts")]);
  });

  it("refuses the shared ground to core, and env.ts as a value to everyone", () => {
    const faults = faultsOf({
      "src/clock.ts": NOTHING,
      "src/env.ts": NOTHING,
      "src/core/a.ts": `import "../clock.ts";`,
      "src/http/b.ts": `import "../env.ts";\nimport "../clock.ts";`,
    });
    expect(faults).toEqual([
      expect.stringContaining("src/core/a.ts:1: core may not import src/clock.ts"),
      expect.stringContaining("src/http/b.ts:1: http may import src/env.ts as types only"),
    ]);
  });

  it("refuses shared ground that leans on a room", () => {
    const faults = faultsOf({ "src/log.ts": `import "./worker/a.ts";`, "src/worker/a.ts": NOTHING });
    expect(faults).toEqual([expect.stringContaining("src/log.ts is shared ground and may not import")]);
  });

  it("refuses a package that the room has no use for", () => {
    const faults = faultsOf({ "src/core/a.ts": `import "node:fs";`, "src/http/b.ts": `import "hono/cors";\nimport "honor";` });
    expect(faults).toEqual([
      expect.stringContaining(`src/core/a.ts:1: core may not import "node:fs": it may import only zod`),
      expect.stringContaining(`src/http/b.ts:2: http may not import "honor"`),
    ]);
  });

  it("refuses the inside of the product to tasks.ts", () => {
    const files = { "src/tasks.ts": `import "./broker/a.ts";\nimport "./app/b.ts";`, "src/broker/a.ts": NOTHING, "src/app/b.ts": NOTHING };
    expect(faultsOf(files)).toEqual([expect.stringContaining("src/tasks.ts:1: tasks.ts may not import src/broker/a.ts")]);
  });

  it("refuses an import that names no file", () => {
    const faults = faultsOf({ "src/core/a.ts": `import "./b";`, "src/core/b.ts": NOTHING });
    expect(faults).toEqual([expect.stringContaining(`"./b" names no file`)]);
  });

  it("refuses a folder that is no room, and a file beside the rooms that nobody knows", () => {
    const faults = faultsOf({ "src/helpers/a.ts": NOTHING, "src/misc.ts": NOTHING });
    expect(faults).toEqual([
      expect.stringContaining("src/helpers/a.ts:1: src/helpers is no room"),
      expect.stringContaining("src/misc.ts:1: lies beside the rooms"),
    ]);
  });
});

describe("import cycles", () => {
  it("reports the way round, also when it is made of types only", () => {
    const faults = faultsOf({
      "src/core/a.ts": `import { b } from "./b.ts";`,
      "src/core/b.ts": `import type { C } from "./c.ts";`,
      "src/core/c.ts": `import { a } from "./a.ts";`,
    });
    expect(faults).toEqual([expect.stringContaining("import cycle src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts")]);
  });

  it("reports two cycles through one file both", () => {
    const faults = faultsOf({
      "src/core/a.ts": `import "./b.ts";\nimport "./c.ts";`,
      "src/core/b.ts": `import "./a.ts";`,
      "src/core/c.ts": `import "./a.ts";`,
    });
    expect(faults).toHaveLength(2);
  });

  it("lets two files import a third", () => {
    const files = { "src/core/a.ts": `import "./b.ts";\nimport "./c.ts";`, "src/core/b.ts": `import "./c.ts";`, "src/core/c.ts": NOTHING };
    expect(faultsOf(files)).toEqual([]);
  });
});

describe("what a file holds", () => {
  it.each([
    ["a statement in a string", `export const a = "DELETE FROM pages";`],
    ["a statement in a template", "export const a = (n: number) => `\n  INSERT INTO pages VALUES (${n})`;"],
    ["a call of sql.exec", "export const a = (ctx: C) => ctx.storage.sql.exec(ctx.text);"],
  ])("refuses %s outside the stores", (_, text) => {
    expect(faultsOf({ "src/broker/broker.ts": text })).toEqual([expect.stringContaining("SQL lives in the stores only")]);
    expect(faultsOf({ "src/broker/store/pages.ts": text, "src/broker/store-rows.ts": text, "src/beat/store.ts": text })).toEqual([]);
  });

  it("does not take the HTTP method DELETE or a sentence for SQL", () => {
    expect(faultsOf({ "src/http/a.ts": `export const words = ["DELETE", "Select a queue"];` })).toEqual([]);
  });

  it.each(["Date.now()", "new Date()", "Date()", "performance.now()", "Math.random()", "[].map(Math.random)"])(
    "refuses %s outside clock.ts and the runner",
    (expression) => {
      const text = `export const a = ${expression};`;
      expect(faultsOf({ "src/broker/a.ts": text })).toEqual([expect.stringContaining("outside src/clock.ts")]);
      expect(faultsOf({ "src/clock.ts": text, "src/runner/a.ts": text })).toEqual([]);
    },
  );

  it("lets an instant be made from a number", () => {
    expect(faultsOf({ "src/core/a.ts": "export const a = (now: number) => new Date(now);" })).toEqual([]);
  });

  it("refuses an error status of HTTP outside problem.ts", () => {
    const text = "export const a = (c: C) => c.json({}, 202);\nexport const b = (c: C) => c.json({}, 404);";
    expect(faultsOf({ "src/http/a.ts": text })).toEqual([expect.stringContaining("src/http/a.ts:2: error status 404")]);
    expect(faultsOf({ "src/http/problem.ts": text, "src/core/a.ts": text })).toEqual([]);
  });

  it("refuses a file of more than 320 lines", () => {
    expect(faultsOf({ "src/core/a.ts": "// line\n".repeat(320) })).toEqual([]);
    expect(faultsOf({ "src/core/a.ts": "// line\n".repeat(321) })).toEqual([expect.stringContaining("src/core/a.ts:321: 321 lines")]);
  });

  it("reports a file that does not parse, and goes on with the others", () => {
    const faults = faultsOf({ "src/core/a.ts": "export const = ;", "src/core/b.ts": "export const b = Date.now();" });
    expect(faults).toEqual([
      expect.stringContaining("src/core/a.ts:1: does not parse"),
      expect.stringContaining("src/core/b.ts:1: Date.now"),
    ]);
  });
});
