import { PATIENCE, type Row, standing, thrownBy, WAITING } from "./row.ts";

const timeout = PATIENCE;

/** What Celery's `AsyncResult` has: its reference, row by row (4.1). */
export const resultRows: readonly Row[] = [
  {
    name: "4.1 get(propagate=False) answers the error instead of throwing it",
    async see({ tasks: { fail } }) {
      const error: unknown = await (await fail.delay()).get({ timeout, propagate: false });
      return error instanceof Error ? [error.name, error.message] : error;
    },
    shows: ["ExpectedError", "Task expected to fail"],
  },
  {
    name: "4.1 get() of an id that was never given says so instead of waiting for ever, and state reads PENDING",
    async see({ app }) {
      const result = app.AsyncResult("00000000-0000-4000-8000-00000000dead");
      return [await thrownBy(result.get()), await standing(result), await result.result];
    },
    shows: ["NotFound: no task was ever given the id 00000000-0000-4000-8000-00000000dead", WAITING, null],
  },
  {
    name: "4.1 result and traceback of a failure",
    async see({ app, tasks: { fail } }) {
      const sent = await fail.delay();
      await sent.get({ timeout, propagate: false });
      const result = app.AsyncResult(sent.id);
      const error = await result.result;
      const traceback = await result.traceback;
      return [error instanceof Error ? error.message : error, traceback?.split("\n")[0]];
    },
    shows: ["Task expected to fail", "ExpectedError: Task expected to fail"],
  },
  {
    name: "4.1 name, args, kwargs, worker, retries, queue, date_done: always there, as with result_extended",
    async see({ app, tasks: { add } }) {
      const before = Date.now();
      const sent = await add.applyAsync({ args: [1], kwargs: { y: 2 } });
      await sent.get({ timeout });
      const result = app.AsyncResult(sent.id);
      const { name, args, kwargs, worker, retries, queue } = result;
      const known = await Promise.all([name, args, kwargs, retries, queue]);
      const done = (await result.dateDone)?.getTime() ?? 0;
      return [known, (await worker)?.startsWith("celeriac@"), done >= before && done <= Date.now()];
    },
    shows: [["rows.add", [1], { y: 2 }, 0, "celery"], true, true],
  },
  {
    name: "4.1 exists() tells what waits from what was never given",
    async see({ app, tasks: { add } }) {
      const waiting = await add.applyAsync({ args: [1, 1], countdown: 60 });
      const never = app.AsyncResult("00000000-0000-4000-8000-00000000dead");
      return [await waiting.state, await waiting.exists(), await never.state, await never.exists()];
    },
    shows: ["PENDING", true, "PENDING", false],
  },
  {
    name: "4.1 status is state, info is result",
    async see({ tasks: { add } }) {
      const result = await add.delay(2, 2);
      await result.get({ timeout });
      return [await result.status, await result.info];
    },
    shows: ["SUCCESS", 4],
  },
];
