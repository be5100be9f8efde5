import { describe, expect, it } from "vitest";
import { Batcher } from "../../src/broker/batcher.ts";

interface Pending {
  questions: readonly string[];
  repeated: boolean;
  answer(): void;
  fail(error: Error): void;
}

/** A batcher whose calls are answered by hand, and whose clock is moved by hand. */
function setUp() {
  const calls: Pending[] = [];
  const kept: Promise<unknown>[] = [];
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  const batcher = new Batcher<string, string>({
    ask(questions, repeated) {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      calls.push({ questions: [...questions], repeated, answer: () => resolve(questions.map((question) => `${question}!`)), fail: reject });
      return promise;
    },
    keep: (work) => void kept.push(work),
    clock: { now: () => now },
    timers: {
      after(milliseconds, callback) {
        const timer = { at: now + milliseconds, callback };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await null;
  };
  const pass = async (milliseconds: number) => {
    now += milliseconds;
    for (const timer of timers) {
      if (timer.at > now) continue;
      timers.delete(timer);
      timer.callback();
    }
    await settle();
  };
  return { batcher, calls, kept, timers, settle, pass, asked: () => calls.map(({ questions }) => questions) };
}

describe("a batcher", () => {
  it("asks at once when no call is under way", () => {
    const { batcher, asked } = setUp();
    void batcher.ask("a");
    expect(asked()).toEqual([["a"]]);
  });

  it("sends together what comes while a call is under way, and gives each its own answer", async () => {
    const { batcher, calls, settle, asked } = setUp();
    const answers = ["a", "b", "c", "d"].map((question) => batcher.ask(question));
    expect(asked()).toEqual([["a"]]);
    calls[0]?.answer();
    await settle();
    expect(asked()).toEqual([["a"], ["b", "c", "d"]]);
    calls[1]?.answer();
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "c!", "d!"]);
  });

  it("lets nobody wait for a slow call for more than 20 ms", async () => {
    const { batcher, pass, asked } = setUp();
    for (const question of ["a", "b", "c"]) void batcher.ask(question);
    await pass(19);
    expect(asked()).toEqual([["a"]]);
    await pass(1);
    expect(asked()).toEqual([["a"], ["b", "c"]]);
  });

  it("carries at most a hundred questions in one call", async () => {
    const { batcher, calls, settle, asked } = setUp();
    for (let number = 0; number <= 150; number++) void batcher.ask(`${number}`);
    await settle();
    calls[0]?.answer();
    await settle();
    expect(asked().map((questions) => questions.length)).toEqual([1, 100, 50]);
  });

  it("fails all that travelled with a call that failed, and goes on", async () => {
    const { batcher, calls, settle, pass } = setUp();
    const answers = ["a", "b", "c"].map((question) => batcher.ask(question));
    const outcomes = Promise.allSettled(answers);
    calls[0]?.answer();
    await settle();
    calls[1]?.fail(new Error("gone"));
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    void batcher.ask("d");
    await pass(4);
    expect(calls).toHaveLength(3);
  });

  it("lets those ask alone, as a repeat, whose leader went without an answer", async () => {
    const { batcher, calls, pass } = setUp();
    void batcher.ask("a");
    const answers = ["leader", "second", "third"].map((question) => batcher.ask(question));
    await pass(20);
    await pass(10_000);
    expect(calls.slice(2).map(({ questions, repeated }) => ({ questions, repeated }))).toEqual([
      { questions: ["second"], repeated: true },
      { questions: ["third"], repeated: true },
    ]);
    for (const call of calls.slice(2)) call.answer();
    expect(await Promise.all(answers.slice(1))).toEqual(["second!", "third!"]);
  });

  it("sets one timer for all that follow in a turn, which ends with the last answer", async () => {
    const { batcher, calls, timers, settle } = setUp();
    for (let number = 0; number <= 250; number++) void batcher.ask(`${number}`);
    await settle();
    // Three batches that are led, of which one still waits; and one for all that follow.
    expect(calls).toHaveLength(3);
    expect(timers.size).toBe(2);
    void batcher.ask("of another turn");
    expect(timers.size).toBe(3);
    for (let call = 0; call < 4; call++) {
      calls[call]?.answer();
      await settle();
    }
    expect(timers.size).toBe(0);
  });

  it("leaves the timer of one who asks nothing else to its request, and lets it ask alone as any other", async () => {
    const { batcher, calls, timers, pass } = setUp();
    void batcher.ask("a");
    void batcher.ask("leader");
    const answer = batcher.ask("last", true);
    await pass(20);
    calls[0]?.answer();
    expect(timers.size).toBe(1);
    await pass(10_000);
    expect(calls.at(-1)).toMatchObject({ questions: ["last"], repeated: true });
    calls.at(-1)?.answer();
    expect([await answer, timers.size]).toEqual(["last!", 0]);
  });

  it("lets the first of those who were answered together wait for as many, for 4 ms at most", async () => {
    const { batcher, calls, settle, pass, asked } = setUp();
    for (const question of ["a", "b", "c", "d"]) void batcher.ask(question);
    for (const call of [0, 1]) {
      calls[call]?.answer();
      await settle();
    }
    for (const question of ["e", "f", "g"]) void batcher.ask(question);
    await settle();
    expect(asked().slice(2)).toEqual([["e", "f", "g"]]);
    calls[2]?.answer();
    await settle();
    void batcher.ask("h");
    await pass(3);
    expect(asked()).toHaveLength(3);
    await pass(1);
    expect(asked().slice(3)).toEqual([["h"]]);
  });

  it("asks at once again when it was idle for a while", async () => {
    const { batcher, calls, settle, pass, asked } = setUp();
    for (const question of ["a", "b", "c"]) void batcher.ask(question);
    for (const call of [0, 1]) {
      calls[call]?.answer();
      await settle();
    }
    await pass(21);
    void batcher.ask("d");
    expect(asked().slice(2)).toEqual([["d"]]);
  });

  it("counts a call that never ends as under way for ten seconds only", async () => {
    const { batcher, pass, asked } = setUp();
    void batcher.ask("never answered");
    await pass(10_000);
    void batcher.ask("a");
    expect(asked()).toEqual([["never answered"], ["a"]]);
  });

  it("keeps the call going when the request that made it ends, and asks nothing twice that was answered", async () => {
    const { batcher, calls, kept, pass, settle } = setUp();
    const answers = ["a", "b", "c"].map((question) => batcher.ask(question));
    calls[0]?.answer();
    await settle();
    calls[1]?.answer();
    await Promise.all(answers);
    await pass(10_000);
    expect(kept).toHaveLength(2);
    expect(calls).toHaveLength(2);
  });
});
