import { describe, expect, it } from "vitest";
import { describeError, reviveError } from "../../src/core/error-document.ts";
import { findKindFault, isOfKind } from "../../src/core/error-kind.ts";
import { CeleriacError, TimeoutError } from "../../src/core/errors.ts";

class Unreachable extends Error {}
class Refused extends Unreachable {}
abstract class Broken extends Error {}

describe("isOfKind", () => {
  it.each([
    ["its class", new Refused("x"), Refused],
    ["a class above it", new Refused("x"), Unreachable],
    ["Error", new Refused("x"), Error],
    ["the name of its class", new Refused("x"), "Refused"],
    ["the name of a class above it", new Refused("x"), "Unreachable"],
    ["the name Error", new Refused("x"), "Error"],
    ["the name it bears", Object.assign(new Error("x"), { name: "KeyError" }), "KeyError"],
    ["a class of the product", new TimeoutError("x"), CeleriacError],
    ["an error of another realm", { name: "TypeError", message: "x" }, TypeError],
  ])("holds for %s", (_, error, kind) => {
    expect(isOfKind(error, [RangeError, kind])).toBe(true);
  });

  it.each([
    ["a class beside it", new Refused("x"), TypeError],
    ["a class below it", new Unreachable("x"), Refused],
    ["a name in other capitals", new Refused("x"), "refused"],
    ["the name Object", new Refused("x"), "Object"],
    ["a thrown text", "Refused", "Refused"],
    ["nothing thrown", undefined, "Error"],
    ["a plain object without the members of an error", {}, "Object"],
  ])("does not hold for %s", (_, error, kind) => {
    expect(isOfKind(error, [kind])).toBe(false);
  });

  it("holds for an error that crossed a wire, by its own name", () => {
    const { document, traceback } = describeError(new Refused("x"));
    const revived = reviveError(document, traceback);
    expect(isOfKind(revived, [Refused])).toBe(true);
    expect(isOfKind(revived, ["Refused"])).toBe(true);
    expect(isOfKind(revived, [TypeError])).toBe(false);
  });

  it("does not throw at what throws when touched", () => {
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    expect(isOfKind(proxy, ["Error"])).toBe(false);
  });
});

describe("findKindFault", () => {
  it("lets classes and names through", () => {
    expect(findKindFault([])).toBeUndefined();
    expect(findKindFault([Error, Refused, Broken, DOMException, "KeyError"])).toBeUndefined();
  });

  it.each([
    ["Error", 'got the string "Error"'],
    [[""], 'got the string "" at [0]'],
    [[Error, Map], "got a function at [1]"],
    [[Error, 3], "got the number 3 at [1]"],
  ])("refuses %j", (kinds, told) => {
    expect(findKindFault(kinds)).toContain(told);
  });
});
