import { eventually, FAILED, PATIENCE, type Row, SUCCEEDED, standing, thrownBy } from "./row.ts";

const timeout = PATIENCE;

/** Celery's integration suite of retries, and of tasks that reject themselves. */
export const retryRows: readonly Row[] = [
  {
    name: "H4 reject without requeue: FAILURE Reject",
    async see({ tasks: { reject } }) {
      const result = await reject.delay();
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["Reject: not mine", FAILED],
  },
  {
    name: "H5 reject with requeue: the second delivery may end it",
    async see({ tasks: { rejectOnce } }) {
      const result = await rejectOnce.delay();
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: ["second-pass", SUCCEEDED],
  },
  {
    name: "H17 retries until none is left: RETRY within 5 s, then the error it was retried for",
    async see({ tasks: { retry } }) {
      const result = await retry.delay();
      const state = await eventually(
        () => result.state,
        (seen) => seen === "RETRY",
      );
      return [state, await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["RETRY", "ExpectedError: no luck", FAILED],
  },
  {
    name: "H17 retries that lead to a value",
    async see({ tasks: { retry } }) {
      const result = await retry.delay("bar");
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: ["bar", SUCCEEDED],
  },
  {
    name: "H18 retry for an error that JSON cannot hold: RETRY, with its class and message",
    async see({ tasks: { retryUnserialisable } }) {
      const result = await retryUnserialisable.delay("foo", "bar");
      const state = await eventually(
        () => result.state,
        (seen) => seen === "RETRY",
      );
      const error = await result.result;
      return [state, error instanceof Error ? [error.name, error.message] : error];
    },
    shows: ["RETRY", ["UnserialisableError", "foo, bar"]],
  },
  {
    name: "H19 failing with an error that JSON cannot hold: FAILURE, with its class and message",
    async see({ tasks: { failUnserialisable } }) {
      const result = await failUnserialisable.delay("foo", "bar");
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["UnserialisableError: foo, bar", FAILED],
  },
  {
    name: "H20 retry once: with an expiry, a priority, headers and stamps, which the retry keeps (G10)",
    async see({ tasks: { retryOnce } }) {
      const plain = await (await retryOnce.delay()).get({ timeout });
      const call = { expires: 60, priority: 7, headers: { x: "1" }, stamps: { tenant: "a" } };
      const told = await (await retryOnce.applyAsync(call)).get({ timeout });
      return [plain, told];
    },
    shows: [
      { retries: 1, priority: 0, headers: {}, expires: false, stamps: {}, deliveries: 2 },
      { retries: 1, priority: 7, headers: { x: "1" }, expires: true, stamps: { tenant: "a" }, deliveries: 2 },
    ],
  },
  {
    name: "H27 automatic retry with backoff, once",
    async see({ tasks: { autoretry } }) {
      const result = await autoretry.delay();
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: [1, SUCCEEDED],
  },
];
