import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { asCode, asCurl } from "../../src/dashboard/pages/task/as-call.ts";

const HOSTILE = 'it\'s $(touch /nowhere) `id` "!" \\ ü';

it("a call is copied as TypeScript", () => {
  expect(asCode({ name: "tasks.add", args: [2, "x"], kwargs: {} })).toBe('await client.task("tasks.add").delay(2, "x");');
  const named = asCode({ name: "t", args: [], kwargs: { to: "me" } });
  expect(named).toBe('await client.task("t").applyAsync({"args":[],"kwargs":{"to":"me"}});');
});

it("a call is copied as curl, whatever it holds being one word to the shell", () => {
  const command = asCurl({ name: "a/b c", args: [HOSTILE], kwargs: {} }, "http://localhost:8787/");
  // The shell's own words, with `printf` in the place of curl.
  const words = execFileSync("sh", ["-c", command.replace(/^curl/, "printf '%s\\n'")], { encoding: "utf8" })
    .trimEnd()
    .split("\n");
  expect(words[0]).toBe("http://localhost:8787/v1/tasks/a%2Fb%20c");
  expect(JSON.parse(words.at(-1) ?? "")).toEqual({ args: [HOSTILE], kwargs: {} });
});
