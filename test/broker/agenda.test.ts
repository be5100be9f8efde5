import { describe, expect, it } from "vitest";
import { Agenda } from "../../src/broker/agenda.ts";

describe("an agenda", () => {
  it("gives items when their instant comes, once", () => {
    const agenda = new Agenda<string>();
    agenda.set("b", 20);
    agenda.set("a", 10);
    expect(agenda.next).toBe(10);
    expect(agenda.take(9)).toEqual([]);
    expect(agenda.take(20)).toEqual(["a", "b"]);
    expect(agenda.next).toBe(Number.POSITIVE_INFINITY);
  });

  it("knows the last instant that was said of an item", () => {
    const agenda = new Agenda<string>();
    agenda.set("later", 10);
    agenda.set("later", 30);
    agenda.set("never", 5);
    agenda.set("never", Number.POSITIVE_INFINITY);
    expect(agenda.next).toBe(30);
    expect(agenda.take(29)).toEqual([]);
    expect(agenda.take(30)).toEqual(["later"]);
  });

  it("keeps few entries however often an item is put off", () => {
    const agenda = new Agenda<number>();
    for (let at = 1; at <= 1_000; at++) agenda.set(0, at);
    expect([agenda.next, agenda.take(1_000)]).toEqual([1_000, [0]]);
  });
});
