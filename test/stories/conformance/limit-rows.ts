import { FAILED, PATIENCE, REVOKED, type Row, type Stage, standing, thrownBy } from "./row.ts";

const timeout = PATIENCE;

/** Time limits, rate limits and their like: Celery's suite, and what its users suffer from. */
export const limitRows: readonly Row[] = [
  {
    name: "H23 a soft limit above the hard one is refused at the call, in Celery's words",
    async see({ tasks: { timeLimits } }) {
      return thrownBy(timeLimits.applyAsync({ softTimeLimit: 2, timeLimit: 1 }));
    },
    shows: "RefusedCall: rows.return_time_limits: softTimeLimit: soft_time_limit must be less than or equal to time_limit, got 2 and 1",
  },
  {
    name: "8.4 control.time_limit: between what the call says and what the task declares, until it is taken away",
    async see({ app, tasks: { timeLimitsSteered: task } }) {
      const seen: unknown[] = [];
      const look = async (call = {}) => seen.push(await (await task.applyAsync(call)).get({ timeout }));
      await app.control.timeLimit(task, { soft: 7, hard: 9 });
      await look();
      await look({ timeLimit: 20, softTimeLimit: 10 });
      await app.control.timeLimit(task, { soft: null });
      await look();
      await app.control.timeLimit(task, {});
      await look();
      return seen;
    },
    shows: [
      [9, 7],
      [20, 10],
      [60, null],
      [60, 45],
    ],
  },
  {
    name: "H24 request.timelimit: of the call, none, declared, and the call over the declared",
    async see({ tasks: { timeLimits, timeLimitsDeclared } }) {
      const results = await Promise.all([
        timeLimits.applyAsync({ timeLimit: 30, softTimeLimit: 20 }),
        timeLimits.delay(),
        timeLimitsDeclared.delay(),
        timeLimitsDeclared.applyAsync({ timeLimit: 10, softTimeLimit: 5 }),
      ]);
      return Promise.all(results.map((result) => result.get({ timeout })));
    },
    shows: [
      [30, 20],
      [null, null],
      [60, 45],
      [10, 5],
    ],
  },
  {
    name: "S20 a soft limit aborts the signal: what the handler makes of it is the result",
    async see({ tasks: { untilAborted, tidy } }) {
      const cleaned = await tidy.applyAsync({ softTimeLimit: 0.3 });
      const thrown = await untilAborted.applyAsync({ softTimeLimit: 0.3 });
      return [await cleaned.get({ timeout }), await thrownBy(thrown.get({ timeout })), await standing(thrown)];
    },
    shows: ["cleaned up after SoftTimeLimitExceeded", "SoftTimeLimitExceeded: SoftTimeLimitExceeded()", FAILED],
  },
  {
    name: "S18 a hard limit ends the attempt, and what the handler returns later counts for nothing (11.28)",
    async see({ tasks: { sleeping } }) {
      const result = await sleeping.applyAsync({ args: [1], timeLimit: 0.3 });
      const start = Date.now();
      const thrown = await thrownBy(result.get({ timeout }));
      const elapsed = Date.now() - start;
      await scheduler.wait(1_200);
      return [thrown, elapsed < 900 ? "in time" : `after ${elapsed} ms`, await standing(result)];
    },
    shows: ["TimeLimitExceeded: TimeLimitExceeded(0.3,)", "in time", FAILED],
  },
  ...(["a number", "an instant"] as const).map((kind) => ({
    name: `H9 behind a blocked queue, expires as ${kind}: REVOKED, which is ready and not failed`,
    async see({ tasks: { alone } }: Stage) {
      // Of its own key, or each row would wait for the others.
      const concurrencyKey = `expires as ${kind}`;
      await alone.applyAsync({ args: [2], concurrencyKey });
      const expires = kind === "a number" ? 1 : new Date(Date.now() + 1_000);
      const result = await alone.applyAsync({ args: [0], expires, concurrencyKey });
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["TaskRevokedError: expired", REVOKED],
  })),
  {
    name: "11.6 tasks that wait for a rate limit stand before no others",
    async see({ tasks: { limited, add } }) {
      const waiting = await Promise.all(Array.from({ length: 10 }, () => limited.delay()));
      const start = Date.now();
      await (await add.delay(1, 1)).get({ timeout });
      const elapsed = Date.now() - start;
      const states = await Promise.all(waiting.map((result) => result.state));
      await Promise.all(waiting.map((result) => result.revoke()));
      return [elapsed < 1_000, states.filter((state) => state === "PENDING").length >= 8];
    },
    shows: [true, true],
  },
  {
    name: "11.26 one at a time of each concurrency_key, and keys side by side",
    async see({ tasks: { crowd, mostAtOnce } }) {
      const keys = ["red", "green"];
      const results = await Promise.all(
        Array.from({ length: 6 }, (_, index) => crowd.applyAsync({ args: [keys[index % 2] ?? ""], concurrencyKey: keys[index % 2] })),
      );
      await Promise.all(results.map((result) => result.get({ timeout })));
      return [mostAtOnce.get("red"), mostAtOnce.get("green"), mostAtOnce.get("all")];
    },
    shows: [1, 1, 2],
  },
  {
    name: "11.8 unique_for: a second call with the same arguments is the first one",
    async see({ tasks: { unique } }) {
      const first = await unique.delay(1, { a: 1, b: 2 });
      const second = await unique.delay(1, { b: 2, a: 1 });
      const other = await unique.delay(2, { a: 1, b: 2 });
      return [second.id === first.id, other.id === first.id, await second.get({ timeout })];
    },
    shows: [true, false, 1],
  },
];
