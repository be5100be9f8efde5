import { FAILED, type Row, SUCCEEDED, standing, thrownBy } from "./row.ts";

/** Celery's suite of tasks that run where they are called. */
export const eagerRows: readonly Row[] = [
  {
    name: "H1 a task is called directly",
    see: async ({ tasks: { add } }) => [add(1, 1), add(1, 1, 1)],
    shows: [2, 3],
  },
  {
    name: "4.3 apply() runs at once and is ready, whatever it would have waited for",
    async see({ tasks: { add, fail } }) {
      const result = await add.apply({ args: [1, 1], countdown: 60 });
      const failed = await fail.apply();
      return [await result.get(), await standing(result), await thrownBy(failed.get()), await standing(failed)];
    },
    shows: [2, SUCCEEDED, "ExpectedError: Task expected to fail", FAILED],
  },
];
