import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseReader } from "../../src/client/sse.ts";

const STREAM = [
  ": a comment keeps the line open\n\n",
  'id: 7\nevent: task-received\ndata: {"uuid":"a"}\n\n',
  "data: one\ndata:two\r\n\r\n",
  "retry: 250\rid\rdata\r\r",
  "event: ping\n\n",
  "data: unfinished",
].join("");

describe("a stream of server-sent events", () => {
  it("is cut into events: their type, their data, and the last id and pause that were told", () => {
    const reader = new SseReader("6");
    expect(reader.read(STREAM)).toEqual([
      { id: "7", event: "task-received", data: '{"uuid":"a"}' },
      { id: "7", event: "message", data: "one\ntwo" },
      { id: "", event: "message", data: "" },
    ]);
    expect(reader.retry).toBe(250);
  });

  it("keeps an id that comes without data, but none of what is not finished", () => {
    const reader = new SseReader();
    expect(reader.read("id: 8\n\nid: 9\ndata: half")).toEqual([]);
    expect(reader.id).toBe("8");
    expect(reader.read("\n\n")).toEqual([{ id: "9", event: "message", data: "half" }]);
  });

  it("gives the same events in whatever pieces it comes", () => {
    const whole = new SseReader().read(STREAM);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
        const reader = new SseReader();
        const at = [0, ...cuts.toSorted((left, right) => left - right), STREAM.length];
        const events = at.slice(1).flatMap((end, index) => reader.read(STREAM.slice(at[index], end)));
        expect(events).toEqual(whole);
      }),
    );
  });
});
