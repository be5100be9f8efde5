import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

const root = new URL("../..", import.meta.url).pathname;

/** What a program's bundle has of the client, minified and compressed. */
async function sizeOf(program: string): Promise<number> {
  const stdin = { contents: program, resolveDir: `${root}src/client`, loader: "ts" } as const;
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", target: "es2022", write: false });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

describe("the client in a program's bundle", () => {
  it("is less than 10 kB, canvases and the classes of problems apart, which come along where they are used", async () => {
    const size = await sizeOf('import { Client } from "./door.ts"; console.log(Client);');
    console.log(`celeriac/client: ${size} bytes; all that it exports: ${await sizeOf('export * from "./door.ts";')}`);
    expect(size).toBeLessThan(10_000);
  });

  it("brings none of the tasks that it is typed by", async () => {
    const typed = 'import type * as tasks from "../tasks.ts"; import { Client } from "./door.ts"; new Client<typeof tasks>({ url: "" });';
    const untyped = 'import { Client } from "./door.ts"; new Client({ url: "" });';
    expect(await sizeOf(typed)).toBe(await sizeOf(untyped));
  });
});
