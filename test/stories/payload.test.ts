import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const LIMIT = 1_000_000;
const BODY_LIMIT = 16 * 1024 * 1024;
const LETTERS = ["x", "漢", "😀", "\u0001"];

let door: Door;

beforeAll(async () => {
  door = new Door((await startRunner({ config, args: ["--loglevel", "warning"] })).url);
});
afterAll(endRunners);

/** A text that takes so many bytes as JSON, quotes included, nearly all of one letter. */
function sized(letter: string, bytes: number): string {
  const size = Buffer.byteLength(JSON.stringify(letter)) - 2;
  const count = Math.floor((bytes - 2) / size);
  return letter.repeat(count) + "x".repeat(bytes - 2 - count * size);
}

/** The bytes of a bulk's JSON. */
const bytesOf = (calls: unknown) => Buffer.byteLength(JSON.stringify(calls));

describe("one task", () => {
  it.each(LETTERS)("takes 1,000,000 bytes of arguments and gives them back; one more is 413 (%j)", async (letter) => {
    const value = sized(letter, LIMIT - 2);
    const { status, body } = await door.call("stories.echo", { args: [value] }, "?wait=30");
    expect([status, body.status, body.result === value]).toEqual([200, "SUCCESS", true]);
    const refused = await door.call("stories.echo", { args: [`${value}x`] });
    expect(refused).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/at most 1000000 bytes.* got 1000001/) } });
  });

  it.each(LETTERS)("gives 1,000,000 bytes of result, and ends as FAILURE with one letter more (%j)", async (letter) => {
    const size = Buffer.byteLength(JSON.stringify(letter)) - 2;
    const count = Math.floor((LIMIT - 2) / size);
    const full = await door.call("stories.fill", { args: [letter, count] }, "?wait=30");
    expect([full.body.status, full.body.result === letter.repeat(count)]).toEqual(["SUCCESS", true]);
    const more = await door.call("stories.fill", { args: [letter, count + 1] }, "?wait=30");
    const message = `the result of stories.fill takes ${(count + 1) * size + 2} bytes of JSON, and at most 1000000 are kept`;
    expect(more.body).toMatchObject({
      status: "FAILURE",
      result: { exc_type: "EncodeError", exc_message: [expect.stringContaining(message)] },
    });
  });
});

describe("a bulk", () => {
  it.each(["漢", "😀"])("of 16 MiB in 17 tasks, and no byte more, is taken whole (%j)", async (letter) => {
    const call = (bytes: number) => ({ task: "stories.echo", args: [sized(letter, bytes)] });
    const calls = Array.from({ length: 16 }, () => call(LIMIT - 2));
    const spare = BODY_LIMIT - bytesOf([...calls, call(2)]);
    const ids = await door.callMany([...calls, call(2 + spare)]);
    const documents = await door.results(ids, 30);
    expect(documents.map(({ status, result }) => [status, result === calls[0]?.args[0]])).toEqual([
      ...calls.map(() => ["SUCCESS", true]),
      ["SUCCESS", false],
    ]);
    await expect(door.callMany([...calls, call(3 + spare)])).rejects.toThrow(/answered with 413.*at most 16777216 bytes, got 16777217/);
  });

  it("of mostly ASCII with an emoji in each task is taken, or refused with 413 where no RPC carries it", async () => {
    const call = (bytes: number) => ({ task: "stories.echo", args: [`${sized("x", bytes - 4)}😀`] });
    const many = (count: number) => Array.from({ length: count }, () => call(LIMIT - 2));
    const ids = await door.callMany(many(16));
    expect((await door.results(ids, 30)).every(({ result }) => result === call(LIMIT - 2).args[0])).toBe(true);
    await expect(door.callMany([...many(16), call(700_000)])).rejects.toThrow(
      /answered with 413.*at most 33000000 bytes at once.*send them in several/,
    );
  });

  it("may come four at once, 50 MB together, and every task has its own", async () => {
    const filler = sized("x", LIMIT - 20);
    const calls = Array.from({ length: 52 }, (_, index) => ({ task: "stories.echo", args: [`${index} ${filler}`] }));
    const ids = (await Promise.all([0, 13, 26, 39].map((from) => door.callMany(calls.slice(from, from + 13))))).flat();
    const documents = await door.results(ids, 60);
    expect(documents.map(({ result }) => String(result).slice(0, 5))).toEqual(calls.map(({ args }) => args[0]?.slice(0, 5)));
    expect(documents.every(({ result }, index) => result === calls[index]?.args[0])).toBe(true);
  });

  it("of a hundred tasks may return a megabyte each, all at once, while 24 clients wait", async () => {
    const ids = await door.callMany(Array.from({ length: 100 }, () => ({ task: "stories.fill", args: ["x", LIMIT - 2] })));
    const documents = await door.results(ids, 60);
    expect(documents.map(({ status, result }) => [status, String(result).length])).toEqual(ids.map(() => ["SUCCESS", LIMIT - 2]));
  });
});
