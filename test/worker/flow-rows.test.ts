/** Celery's flow exceptions (CELERY.md 2.7) and its table of acknowledgement (2.5), as the consumer reports them. */
import { describe, expect, it } from "vitest";
import { defaultAckPolicy } from "../../src/core/acknowledgement.ts";
import { TaskRevokedError } from "../../src/core/errors.ts";
import { Ignore, Reject, Retry } from "../../src/core/flow.ts";
import { againOf, attempt, errorOf, NOW } from "./attempt-stage.ts";

const throwing = (error: unknown) => () => {
  throw error;
};

/** An error of another copy of the library: it has the name, and not the class. */
function foreign(name: string, members: object = {}): Error {
  return Object.assign(new Error(`a foreign ${name}`), { name, ...members });
}

describe("2.7 flow exceptions", () => {
  it("Ignore: no state is written", async () => {
    const { outcome, log } = attempt(throwing(new Ignore()));
    expect(await outcome).toMatchObject({ state: "IGNORED", result: "null", traceback: null });
    expect(log.lines[1]).toBe("INFO Task tasks.it[the-id] ignored");
  });

  it("Reject: FAILURE Reject", async () => {
    const { outcome, log } = attempt(throwing(new Reject("no room")));
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Reject", "no room"]);
    expect(log.lines[1]).toBe("WARNING Task tasks.it[the-id] reject requeue=false: no room");
  });

  it("Reject with requeue: granted again as it was", async () => {
    const { outcome, log } = attempt(throwing(new Reject("no room", true)));
    expect(errorOf(await outcome)).toEqual(["REJECTED", "Reject", "no room"]);
    expect(log.lines[1]).toBe("WARNING Task tasks.it[the-id] reject requeue=true: no room");
  });

  it("a task that was rejected and comes again sees that it was redelivered", async () => {
    const redelivered = async (granted: { attempt: number; retries?: number }) =>
      (await attempt((self) => self.request.deliveryInfo.redelivered, { granted }).outcome).result;
    expect(await redelivered({ attempt: 2 })).toBe("true");
    expect(await redelivered({ attempt: 2, retries: 1 })).toBe("false");
    expect(await redelivered({ attempt: 1 })).toBe("false");
  });

  it("Retry, thrown by a handler that has no context", async () => {
    const { outcome } = attempt(throwing(new Retry({ due: NOW + 3_000, retries: 99 })), { granted: { retries: 2 } });
    expect(againOf(await outcome)).toEqual({ retries: 3, inSeconds: 3 });
  });

  it("count by name, too", async () => {
    expect((await attempt(throwing(foreign("Ignore"))).outcome).state).toBe("IGNORED");
    expect((await attempt(throwing(foreign("Reject", { requeue: true }))).outcome).state).toBe("REJECTED");
    const retry = attempt(throwing(foreign("Retry", { delay: { due: NOW + 1_000 }, cause: new RangeError("why") })));
    const ended = await retry.outcome;
    expect([againOf(ended), errorOf(ended)]).toEqual([{ retries: 1, inSeconds: 1 }, ["RETRY", "RangeError", "why"]]);
  });

  it("a foreign Retry that says no instant is a failure", async () => {
    expect(errorOf(await attempt(throwing(foreign("Retry"))).outcome)).toEqual(["FAILURE", "Retry", "a foreign Retry"]);
  });

  it("are never retried automatically", async () => {
    const policy = { autoretryFor: ["Error"] };
    expect((await attempt(throwing(new Ignore()), { policy }).outcome).state).toBe("IGNORED");
    expect((await attempt(throwing(new Reject()), { policy }).outcome).state).toBe("FAILURE");
  });

  it("TaskRevokedError: REVOKED", async () => {
    const { outcome, log } = attempt(throwing(new TaskRevokedError("revoked")));
    expect(errorOf(await outcome)).toEqual(["REVOKED", "TaskRevokedError", "revoked"]);
    expect(log.lines[1]).toBe("INFO Task tasks.it[the-id] revoked: TaskRevokedError('revoked')");
  });

  it("a TaskRevokedError that autoretry_for names is retried", async () => {
    const { outcome } = attempt(throwing(new TaskRevokedError("revoked")), { policy: { autoretryFor: [TaskRevokedError] } });
    expect((await outcome).state).toBe("RETRY");
  });
});

describe("2.5 acknowledgement", () => {
  it("exception, acks_on_failure false: FAILURE, never again", async () => {
    const { outcome } = attempt(throwing(new Error("no")), { definition: { acks: { ...defaultAckPolicy, acksOnFailure: false } } });
    expect((await outcome).state).toBe("FAILURE");
  });

  it("Reject(requeue) of a task that is acknowledged early: FAILURE, never again", async () => {
    const { outcome } = attempt(throwing(new Reject("no", true)), { definition: { acks: { ...defaultAckPolicy, acksLate: false } } });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Reject", "no"]);
  });

  it("hard time limit, acks_on_timeout true: FAILURE", async () => {
    const { outcome, time } = attempt(() => new Promise(() => {}), { definition: { timeLimit: 1 } });
    await time.advance(1);
    expect((await outcome).state).toBe("FAILURE");
  });

  it("hard time limit, acks_on_timeout false: granted again", async () => {
    const acks = { ...defaultAckPolicy, acksOnTimeout: false };
    const { outcome, time } = attempt(() => new Promise(() => {}), { definition: { timeLimit: 1, acks } });
    await time.advance(1);
    expect(errorOf(await outcome)).toEqual(["REJECTED", "TimeLimitExceeded", "TimeLimitExceeded(1,)"]);
  });
});

describe("a task's failure", () => {
  it("is logged in one line at info, without its stack, when the task throws it on purpose", async () => {
    const { outcome, log } = attempt(throwing(new RangeError("no")), { policy: { throws: [RangeError] } });
    expect((await outcome).traceback).toContain("RangeError: no");
    expect(log.lines).toEqual(["INFO Task tasks.it[the-id] received", "INFO Task tasks.it[the-id] raised expected: RangeError('no')"]);
  });

  it("is not kept by a task that ignores its result: its state alone is", async () => {
    const { outcome } = attempt(throwing(new Error("no")), { line: { ignore_result: true } });
    expect(await outcome).toMatchObject({ state: "FAILURE", result: "null", traceback: null });
  });

  it("is kept even so with store_errors_even_if_ignored", async () => {
    const definition = { ignoreResult: true, storeErrorsEvenIfIgnored: true };
    const { outcome } = attempt(throwing(new Error("no")), { definition });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Error", "no"]);
  });

  it("is kept by a call that asks for the result of a task that ignores it", async () => {
    const { outcome } = attempt(throwing(new Error("no")), { definition: { ignoreResult: true }, line: { ignore_result: false } });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "Error", "no"]);
  });
});

describe("a task that expired between its grant and its start", () => {
  it("is not started: REVOKED expired", async () => {
    let started = false;
    const { outcome, log } = attempt(
      () => {
        started = true;
      },
      { granted: { expires: NOW - 1 } },
    );
    const ended = await outcome;
    expect([errorOf(ended), ended.traceback, started]).toEqual([["REVOKED", "TaskRevokedError", "expired"], null, false]);
    expect(log.lines[1]).toBe("INFO Discarding revoked task: tasks.it[the-id]");
  });

  it("is started up to the very instant", async () => {
    expect((await attempt(() => 1, { granted: { expires: NOW } }).outcome).state).toBe("SUCCESS");
  });
});
