import { describe, expect, it } from "vitest";
import { SseReader } from "../../src/client/sse.ts";
import type { Env } from "../../src/env.ts";
import { eventStream } from "../../src/http/event-stream.ts";
import { FakeEvents } from "./fake-events.ts";
import { idAt, NOW, OPEN, setup } from "./setup.ts";

/** A door whose shards' events the test tells. */
function door(shards = 1, variables: Partial<Env> = OPEN) {
  const events = new FakeEvents();
  events.shards = shards;
  events.known = shards;
  return { events, ...setup(variables, { events: () => events }) };
}

/** Reads the events of an answer, as many as are asked for. */
function readerOf(answer: Response) {
  const body = answer.body?.getReader();
  const decoder = new TextDecoder();
  const sse = new SseReader("");
  let text = "";
  const piece = async (): Promise<string> => {
    const { value, done } = (await body?.read()) ?? { done: true, value: undefined };
    if (done) throw new Error("expected the stream to go on");
    const read = decoder.decode(value);
    text += read;
    return read;
  };
  const take = async (count: number) => {
    const events: Array<{ event: string; data: string; id: string }> = [];
    while (events.length < count) events.push(...sse.read(await piece()));
    return events;
  };
  return { piece, take, text: () => text, end: () => body?.cancel(), isOver: async () => (await body?.read())?.done === true };
}

describe("GET /v1/events", () => {
  it("tells what happens from now on, with Celery's fields, and comments when nothing does", async () => {
    const { events, send } = door();
    events.tell(0, "before");
    const answer = await send("/v1/events");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const reader = readerOf(answer);
    expect(await reader.piece()).toBe("retry: 1000\nid: 0.e0.1\n\n");
    const silent = reader.piece();
    await expect.poll(() => events.asked.length).toBe(2);
    events.silence();
    expect(await silent).toMatch(/^: nothing new\n/);
    events.tell(0, idAt(1), { type: "task-succeeded", result: '{"a":[true,"x"]}', runtime: 0.5, at: NOW });
    const [told] = await reader.take(1);
    expect([told?.event, told?.id]).toEqual(["task-succeeded", "0.e0.2"]);
    expect(JSON.parse(told?.data ?? "")).toEqual({
      type: "task-succeeded",
      uuid: idAt(1),
      name: "tasks.add",
      timestamp: NOW / 1000,
      hostname: "celeriac@edge",
      utcoffset: 0,
      pid: 0,
      clock: 1,
      result: "{'a': [True, 'x']}",
      runtime: 0.5,
    });
    await reader.end();
  });

  it("merges the shards, and goes on behind the last event at each of them", async () => {
    const { events, send } = door(2);
    const reader = readerOf(await send("/v1/events"));
    await reader.piece();
    events.tell(0, "a");
    events.tell(1, "b");
    const told = await reader.take(2);
    expect(told.map(({ data }) => JSON.parse(data).uuid).toSorted()).toEqual(["a", "b"]);
    await reader.end();
    const last = told.at(-1)?.id ?? "";
    expect(last).toBe("0.e0.1_1.e0.1");
    events.tell(1, "c");
    events.tell(0, "d");
    const again = readerOf(await send("/v1/events", { headers: { "last-event-id": last } }));
    expect((await again.take(2)).map(({ data }) => JSON.parse(data).uuid).toSorted()).toEqual(["c", "d"]);
    expect(again.text()).not.toContain("reset");
    await again.end();
    const behind = readerOf(await send(`/v1/events?last_event_id=0.e0.0_1.e0.1`));
    expect((await behind.take(3)).map(({ data }) => JSON.parse(data).uuid).toSorted()).toEqual(["a", "c", "d"]);
    await behind.end();
  });

  it("begins with a reset where events were missed: too old an id, one that is none, a shard that was added", async () => {
    const { events, send } = door();
    events.remembered = 1;
    for (const uuid of ["a", "b", "c"]) events.tell(0, uuid);
    for (const id of ["0.e0.1", "0.other.3", "nonsense", "0.e0.1_0.e0.1", "7.e0.3"]) {
      const reader = readerOf(await send("/v1/events", { headers: { "last-event-id": id } }));
      expect(await reader.take(1)).toMatchObject([{ event: "reset", data: '{"type":"reset"}', id: "0.e0.3" }]);
      await reader.end();
    }
    // No shard is asked on a reader's word.
    expect(new Set(events.asked.map(({ shard }) => shard))).toEqual(new Set([0]));
  });

  it("tells a reader that is too slow to reset, and holds nothing for it", async () => {
    const { events, send } = door();
    events.remembered = 10;
    const reader = readerOf(await send("/v1/events"));
    await reader.piece();
    for (let number = 0; number < 1_000; number++) events.tell(0, `t${number}`);
    // It has not read, so nobody has asked.
    expect(events.asked).toHaveLength(1);
    expect(await reader.take(1)).toMatchObject([{ event: "reset", id: "0.e0.1000" }]);
    await reader.end();
  });

  it("goes on behind what it has read of shards that this Worker's configuration does not name", async () => {
    const { events, send } = door();
    events.known = 2;
    events.tell(1, "a");
    events.tell(1, "b");
    const reader = readerOf(await send("/v1/events", { headers: { "last-event-id": "0.e0.0_1.e0.1" } }));
    await reader.piece();
    events.tell(0, "c");
    const told = await reader.take(2);
    expect(told.map(({ data }) => JSON.parse(data).uuid)).toEqual(["c", "b"]);
    expect(told.at(-1)?.id).toBe("0.e0.1_1.e0.2");
    await reader.end();
    const fresh = readerOf(await send("/v1/events", { headers: { "last-event-id": "0.e0.0" } }));
    expect(await fresh.take(2)).toMatchObject([{ event: "task-started" }, { event: "reset", id: "0.e0.1_1.e0.2" }]);
    await fresh.end();
  });

  it("asks for types and a name", async () => {
    const { events, send } = door();
    const answer = await send("/v1/events?types=task-failed,task-retried&name=tasks.add");
    expect(answer.status).toBe(200);
    const reader = readerOf(answer);
    await reader.piece();
    void reader.piece().catch(() => {});
    await expect.poll(() => events.asked.length).toBe(2);
    expect(events.asked[1]?.filter).toEqual({ types: ["task-failed", "task-retried"], name: "tasks.add" });
    events.silence();
    await reader.end();
  });

  it("refuses a type or a parameter that is none, and asks nothing", async () => {
    const { events, send } = door();
    const answer = await send("/v1/events?types=task-failed,task-lost&type=task-sent");
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: Array<{ path: string }> };
    expect(errors.map(({ path }) => path)).toEqual(["type", "types"]);
    expect(events.asked).toEqual([]);
  });

  it("ends when a shard does not answer: who comes again goes on behind the last event", async () => {
    const { events, send } = door();
    const reader = readerOf(await send("/v1/events"));
    await reader.piece();
    const over = reader.isOver();
    await expect.poll(() => events.asked.length).toBe(2);
    events.failure = Object.assign(new Error("reset"), { retryable: true });
    events.silence();
    expect(await over).toBe(true);
  });

  it("ends before it has made the 1,000 calls that a request may make, and loses nothing", async () => {
    const events = new FakeEvents();
    events.remembered = 2_000;
    let pauses = 0;
    const after = (milliseconds: number, callback: () => void) => {
      expect(milliseconds).toBe(50);
      pauses += 1;
      queueMicrotask(callback);
      return () => {};
    };
    const answer = new Response(await eventStream(events, { filter: {} }, { after }));
    for (let number = 0; number < 1_500; number++) events.tell(0, `t${number}`);
    events.most = 1;
    const told = new SseReader("").read(await answer.text());
    expect(events.asked.length).toBe(800);
    expect(pauses).toBeGreaterThan(790);
    expect(told.map(({ data }) => JSON.parse(data).uuid)).toEqual(Array.from({ length: 799 }, (_, number) => `t${number}`));
    expect(told.at(-1)?.id).toBe("0.e0.799");
  });
});

describe("POST /v1/events/token", () => {
  const KEYS = { CELERIAC_KEYS: "reader:read,other:submit" };
  const asReader = { method: "POST", headers: { authorization: "Bearer reader" } };

  it("gives a token that opens the stream without a key, and nothing else", async () => {
    const { send } = door(1, KEYS);
    const answer = await send("/v1/events/token", asReader);
    expect(answer.status).toBe(200);
    const { token, expires } = (await answer.json()) as { token: string; expires: string };
    expect(Date.parse(expires)).toBe(NOW + 60_000);
    const stream = await send(`/v1/events?token=${token}`);
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    for (const [path, init] of [
      [`/v1/results?token=${token}`],
      [`/v1/queues?token=${token}`],
      [`/v1/events/token?token=${token}`, { method: "POST" }],
      [`/v1/events?token=${token}`, { method: "POST" }],
    ] as const) {
      expect((await send(path, init)).status).toBe(401);
    }
  });

  it("gives one to readers only", async () => {
    const { send } = door(1, KEYS);
    expect((await send("/v1/events/token", { method: "POST" })).status).toBe(401);
    expect((await send("/v1/events/token", { method: "POST", headers: { authorization: "Bearer other" } })).status).toBe(403);
  });

  it("is 401 for a token that is over, made up, changed, or of another secret, and where no key is configured", async () => {
    const { token } = (await (await door(1, KEYS).send("/v1/events/token", asReader)).json()) as { token: string };
    const [until = "", signature = ""] = token.split(".");
    const open = async (text: string, variables: Partial<Env>, now = NOW) => {
      const { send } = setup(variables, { clock: { now: () => now } });
      return (await send(`/v1/events?token=${text}`)).status;
    };
    expect(await open(token, KEYS, NOW + 60_000)).toBe(200);
    expect(await open(token, KEYS, NOW + 60_001)).toBe(401);
    const later = (Number.parseInt(until, 36) + 1000).toString(36);
    for (const made of [
      "",
      "x",
      `${later}.${signature}`,
      `${until}.${signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}`,
      `${until}.`,
    ]) {
      expect(await open(made, KEYS)).toBe(401);
    }
    expect(await open(token, { CELERIAC_KEYS: "reader:read" })).toBe(401);
    expect(await open(token, { CELERIAC_KEYS: "" })).toBe(401);
    expect(await open(token, {})).toBe(401);
  });
});
