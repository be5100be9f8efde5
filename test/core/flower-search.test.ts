import { describe, expect, it } from "vitest";
import { matchesSearch, readSearch, type Searchable } from "../../src/core/flower-search.ts";

const task: Searchable = {
  uuid: "7e2f0000-0000-8000-8000-000000000001",
  name: "tasks.add_Invoice",
  state: "FAILURE",
  worker: "celeriac@edge",
  args: "[2, 'two words']",
  kwargs: "{'priority': 'high', 'n': 7}",
  result: "ValueError('kaboom')",
  pairs: new Map([
    ["priority", "high"],
    ["n", "7"],
  ]),
};

function means(text: string): boolean {
  const read = readSearch(text);
  if ("error" in read) throw new Error(read.error);
  return matchesSearch(read.search, task);
}

const errorOf = (text: string) => {
  const read = readSearch(text);
  return "error" in read ? read.error : "";
};

describe("Flower's search (FLOWER.md 5.2)", () => {
  it.each([
    "invoice",
    "TASKS.ADD",
    "7e2f",
    "kaboom invoice",
    "kaboom AND invoice",
    "nothing OR kaboom",
    "nothing OR kaboom invoice",
    "(nothing OR kaboom) (name:invoice OR args:nothing)",
    '"two words"',
    'args:"two words"',
    "NAME:invoice",
    "state:failure",
    "State:FAILURE",
    "worker:edge",
    "result:valueerror",
    "kwargs:priority",
    "kwargs:priority=HIGH",
    "kwargs:n=7",
    "",
    "  ",
  ])("means the task by %j", (text) => {
    expect(means(text)).toBe(true);
  });

  it.each([
    "nothing",
    "kaboom nothing",
    "kaboom AND nothing OR other",
    "state:FAIL",
    "stateFAILURE",
    "kwargs:priority=hig",
    "kwargs:n=77",
    "name:kaboom",
    "invoice (nothing OR other)",
    "and",
  ])("does not mean it by %j", (text) => {
    expect(means(text)).toBe(false);
  });

  it("T16 refuses a part of fewer than three letters, and says where", () => {
    expect(errorOf("ab")).toBe("Substring search terms must contain at least 3 characters at position 0.");
    expect(errorOf("first ab")).toBe("Substring search terms must contain at least 3 characters at position 6.");
  });

  it.each([
    ["name:", 0],
    ["first AND", 6],
    ["first OR", 6],
    ["AND first", 0],
    ["first OR OR second", 6],
    ["NOT first", 0],
    ["-first", 0],
    ["()", 1],
    ["(first", 0],
    ["first)", 5],
    ['"first', 0],
    ["a".repeat(2_049), 2_048],
    [`${"(".repeat(6)}first${")".repeat(6)}`, 5],
    ["(first)".repeat(43), 300],
  ])("refuses %j at position %i", (text, position) => {
    expect(errorOf(text)).toContain(` at position ${position}.`);
  });

  it("takes as deep, as long and as many as are allowed", () => {
    for (const text of ["a".repeat(2_048), `${"(".repeat(5)}first${")".repeat(5)}`, "(first)".repeat(42)]) expect(errorOf(text)).toBe("");
  });
});
