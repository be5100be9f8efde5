import { reset } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import type { Call } from "../../src/core/call.ts";
import { aCall, ended, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const EXPIRES_MILLISECONDS = 86_400_000;

/** What may happen next; numbers choose among what there is. */
type Event =
  | { kind: "submit"; count: number; priority: number; wait: number; expires: number; again: boolean }
  | { kind: "claim"; room: number; again: boolean }
  | { kind: "report"; grant: number; part: number; room: number; again: boolean }
  | { kind: "pass"; milliseconds: number; look: "sweep" | "alarm" | "none" }
  | { kind: "crash" };

const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant("submit" as const),
    count: fc.integer({ min: 1, max: 6 }),
    priority: fc.constantFrom(0, 0, 5, 9),
    wait: fc.constantFrom(0, 0, 0, 3_000, 40_000, 4_000_000),
    expires: fc.constantFrom(0, 0, 20_000),
    again: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("claim" as const), room: fc.integer({ min: 1, max: 5 }), again: fc.boolean() }),
  fc.record({ kind: fc.constant("claim" as const), room: fc.integer({ min: 1, max: 5 }), again: fc.boolean() }),
  fc.record({
    kind: fc.constant("report" as const),
    grant: fc.nat(),
    part: fc.nat(),
    room: fc.integer({ min: 0, max: 3 }),
    again: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("pass" as const),
    milliseconds: fc.constantFrom(1, 5_000, 15_000, 41_000, 4_000_000),
    look: fc.constantFrom("sweep" as const, "alarm" as const, "none" as const),
  }),
  fc.record({ kind: fc.constant("crash" as const) }),
);

/** Follows one object through a history, and checks what must hold whatever happens. */
class Witness {
  readonly stage = new Stage();
  readonly calls = new Map<string, Call>();
  readonly grants: Grant[] = [];
  /** How often each task was granted. */
  readonly attempts = new Map<string, number>();
  /** How each task ended, and when that was seen. */
  readonly finals = new Map<string, { end: string; at: number }>();
  #results = 0;

  async apply(event: Event): Promise<void> {
    const { stage } = this;
    if (event.kind === "crash") return stage.crash();
    if (event.kind === "submit") return this.#submit(event);
    if (event.kind === "pass") {
      pass(event.milliseconds);
      if (event.look === "sweep") await stage.broker.sweep();
      if (event.look === "alarm") await stage.alarm();
      return;
    }
    const nonce = crypto.randomUUID();
    if (event.kind === "claim") {
      const grant = await stage.claim(event.room, nonce);
      if (event.again) expect(await stage.claim(event.room, nonce)).toEqual(grant);
      return this.take(grant);
    }
    const grant = this.grants[event.grant % Math.max(1, this.grants.length)];
    if (grant === undefined) return;
    const tasks = grant.tasks.slice(0, 1 + (event.part % grant.tasks.length));
    const outcomes = tasks.map((task) => ended(task, String(++this.#results)));
    const next = await stage.report(grant.lease, outcomes, { room: event.room, nonce });
    if (event.again && next.lease !== null) expect(await stage.report(grant.lease, outcomes, { room: event.room, nonce })).toEqual(next);
    await this.take(next);
  }

  async #submit({ count, priority, wait, expires, again }: Event & { kind: "submit" }): Promise<void> {
    const now = Date.now();
    const list = Array.from({ length: count }, (_, index) =>
      aCall(this.calls.size + index, {
        priority,
        ...(wait > 0 ? { due: now + wait + index } : {}),
        ...(expires > 0 ? { expires: now + expires } : {}),
      }),
    );
    const nonce = crypto.randomUUID();
    const ids = await this.stage.submit(list, { nonce });
    if (again) {
      await this.stage.crash();
      expect(await this.stage.submit(list, { nonce, attempt: 2 })).toEqual(ids);
    }
    for (const [index, id] of ids.entries()) {
      expect(this.calls.has(id)).toBe(false);
      this.calls.set(id, list[index] ?? aCall());
    }
  }

  /** A grant gives tasks that were submitted, whose instant has come, that are not final, each for its next attempt. */
  async take(grant: Grant): Promise<void> {
    for (const { id, line, attempt } of grant.tasks) {
      const call = this.calls.get(id);
      expect(line).toBe(call?.line);
      expect(call?.due ?? 0).toBeLessThanOrEqual(Date.now());
      expect(call?.expires ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(Date.now());
      expect([id, attempt, this.finals.get(id)]).toEqual([id, (this.attempts.get(id) ?? 0) + 1, undefined]);
      this.attempts.set(id, attempt);
    }
    if (grant.tasks.length > 0) this.grants.push(grant);
  }

  /** What is final stays as it is; an object with anything unfinished has an alarm that will wake it. */
  async look(): Promise<void> {
    let waiting = 0;
    for (const id of this.calls.keys()) {
      const final = this.finals.get(id);
      const lookup = await this.stage.broker.result(id, 0);
      if (!lookup.found) {
        expect([id, lookup.why, Date.now() - (final?.at ?? Date.now()) >= EXPIRES_MILLISECONDS]).toEqual([id, "expired", true]);
        continue;
      }
      const { state, result } = lookup.record;
      const end = state === "PENDING" ? undefined : `${state} ${result}`;
      if (final !== undefined) expect([id, end]).toEqual([id, final.end]);
      else if (end !== undefined) this.finals.set(id, { end, at: Date.now() });
      if (end === undefined) waiting += 1;
    }
    if (waiting > 0) expect(await this.stage.armed()).not.toBeNull();
  }

  /** Nothing but the object's own alarm and its bells brings everything to its end. */
  async end(): Promise<void> {
    for (let step = 0; this.finals.size < this.calls.size; step++) {
      expect(step).toBeLessThan(500);
      expect(await this.stage.alarm()).toBe(true);
      for (let rung = this.stage.bells().length; rung > 0; rung = this.stage.bells().length) {
        const grant = await this.stage.claim(4);
        await this.take(grant);
        await this.stage.finish(grant);
        if (grant.tasks.length === 0) break;
      }
      await this.look();
    }
    await this.stage.broker.sweep();
    for (let alarms = 0; await this.stage.alarm(); alarms++) expect(alarms).toBeLessThan(100);
    expect(await this.stage.rows()).toEqual({});
  }
}

describe("whatever happens to a broker", () => {
  it("brings every task to one end that never changes, grants each attempt once, and leaves nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(events, { minLength: 10, maxLength: 40 }), async (history) => {
        const witness = new Witness();
        for (const event of history) {
          await witness.apply(event);
          await witness.look();
        }
        await witness.end();
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
