import { describe, expect, it } from "vitest";
import { describeError, reviveError } from "../../src/core/error-document.ts";
import { CeleriacError, RefusedCall, TimeoutError } from "../../src/core/errors.ts";
import { Reject } from "../../src/core/flow.ts";

class OutOfStock extends Error {
  code = "E_STOCK";
}

describe("describeError", () => {
  it("describes a built-in error with its stack", () => {
    const { document, traceback } = describeError(new TypeError("x is not a number"));
    expect(document).toEqual({ exc_type: "TypeError", exc_message: ["x is not a number"], exc_module: "builtins" });
    expect(traceback).toMatch(/^TypeError: x is not a number\n/);
  });

  it("names a user's class that sets no name, and keeps its code", () => {
    expect(describeError(new OutOfStock("none left")).document).toEqual({
      exc_type: "OutOfStock",
      exc_message: ["none left"],
      exc_module: "",
      code: "E_STOCK",
    });
  });

  it("takes the name that an error gives itself", () => {
    const error = new Error("over");
    error.name = "Overflow";
    expect(describeError(error).document.exc_type).toBe("Overflow");
    expect(describeError(new DOMException("stop", "AbortError")).document.exc_type).toBe("AbortError");
  });

  it("marks the product's own errors", () => {
    expect(describeError(new TimeoutError("late")).document).toEqual({
      exc_type: "TimeoutError",
      exc_message: ["late"],
      exc_module: "celeriac",
      code: "timeout",
    });
  });

  it("brings a Reject back as itself: what a task that rejects ends with (5.8 H4)", () => {
    const { document } = describeError(new Reject("no room"));
    expect(document).toEqual({ exc_type: "Reject", exc_message: ["no room"], exc_module: "celeriac" });
    expect(reviveError(document, null)).toBeInstanceOf(Reject);
  });

  it("follows causes, at most 8 deep", () => {
    const { document } = describeError(new Error("outer", { cause: new RangeError("inner", { cause: "text" }) }));
    expect(document.cause).toEqual({
      exc_type: "RangeError",
      exc_message: ["inner"],
      exc_module: "builtins",
      traceback: expect.stringMatching(/^RangeError: inner\n {4}at /),
      cause: { exc_type: "Error", exc_message: ["text"], exc_module: "builtins" },
    });
    const loop = new Error("loop");
    loop.cause = loop;
    let depth = 0;
    for (let at = describeError(loop).document.cause; at !== undefined; at = at.cause) depth++;
    expect(depth).toBe(8);
  });

  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  it.each([
    ["a string", "boom", "boom"],
    ["a number", 42, "42"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an object", { status: 500 }, '{"status":500}'],
    ["an object without toString", Object.create(null), "{}"],
    ["a revoked Proxy", revoked.proxy, "a value that cannot be shown"],
    ["a bigint in an object", { big: 1n }, "a value that cannot be shown"],
  ])("describes %s that was thrown", (_what, thrown, message) => {
    expect(describeError(thrown)).toEqual({
      document: { exc_type: "Error", exc_message: [message], exc_module: "builtins" },
      traceback: null,
    });
  });

  it("is not stopped by an error that throws when it is read", () => {
    const trap = new Proxy(new Error("x"), {
      get: () => {
        throw new Error("trap");
      },
    });
    expect(describeError(trap).document.exc_type).toBe("Error");
  });
});

describe("reviveError", () => {
  const revive = (error: unknown) => {
    const { document, traceback } = describeError(error);
    return reviveError(JSON.parse(JSON.stringify(document)), traceback);
  };

  it("makes a built-in error of the same class, with the stack of where it was thrown", () => {
    const thrown = new RangeError("too far");
    const error = revive(thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect([error.name, error.message, error.stack]).toEqual(["RangeError", "too far", thrown.stack]);
  });

  it("makes an error of the product's class", () => {
    expect(revive(new TimeoutError("late"))).toBeInstanceOf(TimeoutError);
    const refused = revive(new RefusedCall("bad_arguments", [{ path: "args[0]", message: "missing" }]));
    expect(refused).toBeInstanceOf(CeleriacError);
    expect(refused).toMatchObject({ name: "RefusedCall", code: "bad_arguments", message: "args[0]: missing" });
  });

  it("makes an Error with the name and code of a class that it does not know", () => {
    const error = revive(new OutOfStock("none left"));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "OutOfStock", message: "none left", code: "E_STOCK" });
    expect(String(error)).toBe("OutOfStock: none left");
  });

  it("does not take a user's TimeoutError for the product's", () => {
    const error = reviveError({ exc_type: "TimeoutError", exc_message: ["mine"], exc_module: "" }, null);
    expect(error).not.toBeInstanceOf(CeleriacError);
    expect(error.stack).toBe("TimeoutError: mine");
  });

  it("takes no inherited property for a class", () => {
    const error = reviveError({ exc_type: "constructor", exc_message: ["x"], exc_module: "builtins" }, null);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("constructor");
  });

  it("brings the cause back", () => {
    const cause = new TypeError("inner", { cause: new OutOfStock("none left") });
    const error = revive(new Error("outer", { cause }));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: "inner", stack: cause.stack, cause: { name: "OutOfStock", code: "E_STOCK" } });
  });

  it("joins the messages of an error from Python", () => {
    expect(reviveError({ exc_type: "KeyError", exc_message: ["a", 1], exc_module: "builtins" }, null).message).toBe("a, 1");
  });
});
