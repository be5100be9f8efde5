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
];
