import { describe, expect, it } from "vitest";
import { CeleriacError, NotRegistered, RefusedCall, TimeoutError, unknownTask } from "../../src/core/errors.ts";

describe("the errors", () => {
  it("carry a name and a code, and share a base", () => {
    const error = new TimeoutError("too late");
    expect(error).toBeInstanceOf(CeleriacError);
    expect([error.name, error.code, error.message]).toEqual(["TimeoutError", "timeout", "too late"]);
    expect(String(new NotRegistered("gone"))).toBe("NotRegistered: gone");
  });

  it("say every fault of a refused call in one message", () => {
    const faults = [
      { path: "args[1]", message: "missing required argument 'y'" },
      { path: "", message: "too much" },
    ];
    const error = new RefusedCall("bad_arguments", faults, "tasks.add");
    expect(error.message).toBe("tasks.add: args[1]: missing required argument 'y'; too much");
    expect([error.reason, error.code, error.faults]).toEqual(["bad_arguments", "bad_arguments", faults]);
  });
});

describe("unknownTask", () => {
  it("names the nearest task, or what to do", () => {
    expect(unknownTask("tasks.ad", ["tasks.add"])).toBe("no task is registered under the name 'tasks.ad'; did you mean 'tasks.add'?");
    expect(unknownTask("mail", ["tasks.add"])).toContain("app.task(name, handler)");
    expect(unknownTask("mail", [])).toBe("no task is registered under the name 'mail'; no task is registered");
  });

  it("cuts a name that is too long to show", () => {
    expect(unknownTask("x".repeat(5000), []).length).toBeLessThan(200);
  });
});
