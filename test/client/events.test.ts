import { describe, expect, it } from "vitest";
import { type EventsOptions, readEvents, type TaskEvent } from "../../src/client/event-stream.ts";
import { Requester } from "../../src/client/requester.ts";
import { IdleTime } from "./stage.ts";

/** A server whose connections say what is scripted, in pieces, and end; "…" is silence until the client gives up. */
function serving(connections: string[][], options: EventsOptions = {}, signal?: AbortSignal) {
  const time = new IdleTime();
  const asked: { url: string; last: string | null; at: number }[] = [];
  const given: string[] = [];
  const requester = new Requester({
    url: "http://queue",
    key: "k1",
    headers: {},
    timeoutSeconds: 30,
    retries: 1,
    signal,
    clock: time,
    timers: time,
    chance: () => 0,
    fetch: async (url, init) => {
      asked.push({ url, last: new Headers(init.headers).get("last-event-id"), at: time.now() });
      const pieces = connections.shift();
      if (pieces === undefined) throw new TypeError("refused");
      const connection = asked.length;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          const piece = pieces.shift();
          if (piece === "…") return new Promise(() => {});
          if (piece === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(piece));
        },
        cancel: () => void given.push(`connection ${connection} is left`),
      });
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const events = readEvents(requester, options);
  return { asked, given, events, next: () => time.settle(events.next()) };
}

const first = 'id: 1\nevent: task-received\ndata: {"type":"task-received","uuid":"a","root_id":"r","timestamp":1.5}\n\n';
const second = 'id: 2\nevent: task-succeeded\ndata: {"type":"task-succeeded","uuid":"a"}\n\n';

describe("the events of a deployment", () => {
  it("come one after the other, with their members in camelCase", async () => {
    const { next, asked } = serving([[first + second.slice(0, 20), second.slice(20), "…"]], { types: ["task-received", "task-succeeded"] });
    expect(await next()).toEqual({
      done: false,
      value: { type: "task-received", uuid: "a", rootId: "r", timestamp: 1.5, lastEventId: "1" } satisfies TaskEvent,
    });
    expect((await next()).value).toEqual({ type: "task-succeeded", uuid: "a", lastEventId: "2" });
    expect(asked.map(({ url, last }) => [url, last])).toEqual([["http://queue/v1/events?types=task-received%2Ctask-succeeded", null]]);
  });

  it("go on behind the last one on a new connection, after the pause that the server asks for", async () => {
    const { next, asked } = serving([
      ["retry: 250\n", first],
      [second, "…"],
    ]);
    await next();
    expect((await next()).value).toMatchObject({ lastEventId: "2" });
    expect(asked.map(({ last }) => last)).toEqual([null, "1"]);
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBe(250);
  });

  it("go on where a connection stood on which nothing happened, and tell who asks where that is", async () => {
    const places: string[] = [];
    const { next, asked } = serving([["id: 0\n\n"], [": nothing new\nid: 1\n\n", ": nothing new\nid: 1\n\n"], [second, "…"]], {
      onPlace: (place) => places.push(place),
    });
    expect((await next()).value).toMatchObject({ lastEventId: "2" });
    expect(asked.map(({ last }) => last)).toEqual([null, "0", "1"]);
    expect(places).toEqual(["0", "1", "1"]);
  });

  it("go on behind one that was read before", async () => {
    const { next, asked } = serving([[second, "…"]], { lastEventId: "1" });
    await next();
    expect(asked[0]?.last).toBe("1");
  });

  it("are asked for anew where a connection has been silent for a minute", async () => {
    const { next, asked, given } = serving([
      [first, "…"],
      [second, "…"],
    ]);
    await next();
    await next();
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBe(61_000);
    expect(given).toEqual(["connection 1 is left"]);
  });

  it("end with the loop, and with the signal's reason", async () => {
    const left = serving([[first, second, "…"]]);
    for await (const event of left.events) {
      expect(event.lastEventId).toBe("1");
      break;
    }
    expect(left.given).toEqual(["connection 1 is left"]);
    const controller = new AbortController();
    const aborted = serving([[first, "…"]], {}, controller.signal);
    await aborted.next();
    const waits = aborted.events.next();
    controller.abort(new Error("the page was closed"));
    await expect(waits).rejects.toThrow("the page was closed");
    expect(aborted.given).toEqual(["connection 1 is left"]);
  });

  it("end with an error where nobody answers any more", async () => {
    const { next } = serving([[first]]);
    await next();
    await expect(next()).rejects.toMatchObject({ code: "unreachable" });
  });
});
