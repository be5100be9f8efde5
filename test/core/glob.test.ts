import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globToRegExp } from "../../src/core/glob.ts";

/** Python's fnmatch without sets, by its meaning. */
function holds(glob: string, name: string): boolean {
  if (glob === "") return name === "";
  const [head, ...tail] = glob;
  const rest = tail.join("");
  if (head === "*") return holds(rest, name) || (name !== "" && holds(glob, name.slice(1)));
  return name !== "" && (head === "?" || head === name[0]) && holds(rest, name.slice(1));
}

describe("globToRegExp", () => {
  // Each answer is that of Python's fnmatch.translate, as Celery uses it.
  it.each([
    ["feed.*", "feed.x.y", true],
    ["feed.*", "feed.", true],
    ["feed.*", "feed", false],
    ["feed.*", "my.feed.x", false],
    ["*.a?", "x.ab", true],
    ["*[ab]", "xb", true],
    ["*[!ab]", "xb", false],
    ["*[a-c]", "xb", true],
    ["*[c-a]", "xb", false],
    ["*", "", true],
    ["*", "line\nbreak", true],
    ["a*b*c", "aXbYc", true],
    ["a.*.c", "aXbXc", false],
    ["[*", "[x", true],
    ["*[]x]", "a]", true],
    ["Feed.*", "feed.x", false],
    ["a**c", "abc", true],
    ["(a|b)*", "a", false],
    ["*\\d", "x5", false],
  ])("%j for %j is %s", (glob, name, expected) => {
    expect(globToRegExp(glob).test(name)).toBe(expected);
  });

  it("agrees with the meaning of stars and question marks", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "^", "$", "\\", "\n"), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom("*", "?", "a", "b", ".", "^", "$", "\\"), maxLength: 7 });
    fc.assert(fc.property(glob, text, (pattern, name) => globToRegExp(pattern).test(name) === holds(pattern, name)));
  });

  it("makes an expression of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("[", "]", "!", "-", "^", "a", "b", "*", "\\") }), (glob) => {
        expect(globToRegExp(glob)).toBeInstanceOf(RegExp);
      }),
    );
  });
});
