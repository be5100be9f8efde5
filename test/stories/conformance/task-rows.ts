import { FAILED, kindThrownBy, PATIENCE, type Row, SUCCEEDED, standing, thrownBy, WAITING } from "./row.ts";

const timeout = PATIENCE;

/** Celery's integration suite of single tasks. */
export const taskRows: readonly Row[] = [
  {
    name: "H2 twenty calls, ten of them with kwargs, all end as SUCCESS with their values",
    async see({ tasks: { add } }) {
      const results = await Promise.all([
        ...Array.from({ length: 10 }, (_, x) => add.delay(x, x)),
        ...Array.from({ length: 10 }, (_, x) => add.applyAsync({ args: [x], kwargs: { y: x, z: x } })),
      ]);
      return Promise.all(results.map(async (result) => [await result.get({ timeout }), await standing(result)]));
    },
    shows: Array.from({ length: 20 }, (_, index) => [index < 10 ? 2 * index : 3 * (index - 10), SUCCEEDED]),
  },
  {
    name: "H3 ignore_result of one call: get() and result are null",
    async see({ tasks: { add } }) {
      const result = await add.applyAsync({ args: [1, 2], ignoreResult: true });
      return [await result.get({ timeout }), await result.result];
    },
    shows: [null, null],
  },
  ...(["validated", "coerced"] as const).map((task, index) => ({
    name: `H${6 + index} a schema of the arguments, in place of pydantic${index === 0 ? "" : ", which parses them from text"}`,
    async see({ tasks }: Parameters<Row["see"]>[0]) {
      const results = await Promise.all([0, 1, 2].map((x) => tasks[task].delay({ x, y: x })));
      return Promise.all(results.map((result) => result.get({ timeout })));
    },
    shows: [{ result: 0 }, { result: 2 }, { result: 4 }],
  })),
  {
    name: "H8 get() with a timeout shorter than the task throws TimeoutError",
    async see({ tasks: { sleeping } }) {
      const result = await sleeping.delay(10);
      const thrown = await thrownBy(result.get({ timeout: 5 }));
      return [thrown.replace(result.id, "<id>"), await result.ready()];
    },
    shows: ["TimeoutError: the task <id> did not end within 5 s; its state is PENDING", false],
  },
  ...(["countdown", "eta"] as const).map((when) => ({
    name: `H10 ${when} of 3 s: PENDING after 1 s, then the result, and not before its time`,
    async see({ tasks: { add } }: Parameters<Row["see"]>[0]) {
      const start = Date.now();
      const result = await add.applyAsync({ args: [2, 2], ...(when === "eta" ? { eta: new Date(start + 3_000) } : { countdown: 3 }) });
      await scheduler.wait(1_000);
      const early = await standing(result);
      const value = await result.get({ timeout });
      const elapsed = Date.now() - start;
      return [early, value, await standing(result), elapsed >= 3_000 && elapsed < 4_000 ? "after 3 s" : `after ${elapsed} ms`];
    },
    shows: [WAITING, 4, SUCCEEDED, "after 3 s"],
  })),
  {
    name: "H11 a task that fails: its own error, FAILURE, ready, failed",
    async see({ tasks: { fail } }) {
      const result = await fail.delay("test");
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["ExpectedError: Task expected to fail, test", FAILED],
  },
  {
    name: "H16 wrong arguments are refused where the call is made; of a task with typing=False they are a failure",
    async see({ tasks: { add, untyped } }) {
      // As a program calls them that was not type-checked.
      const send = (task: typeof add | typeof untyped, call: object) => task.applyAsync(call as never);
      const late = await send(untyped, { args: [5], kwargs: { wrong_arg: 5 } });
      return [
        await thrownBy(send(add, { args: [5] })),
        await thrownBy(send(add, { args: [5, 5], kwargs: { wrong_arg: 5 } })),
        await kindThrownBy(late.get({ timeout })),
        await standing(late),
      ];
    },
    shows: [
      "RefusedCall: rows.add: args[1]: missing required argument 'y'",
      "RefusedCall: rows.add: kwargs.wrong_arg: got an unexpected keyword argument 'wrong_arg'",
      "TypeError",
      FAILED,
    ],
  },
  {
    name: "H21 five tasks that print Unicode",
    async see({ tasks: { printUnicode } }) {
      const results = await Promise.all(Array.from({ length: 5 }, (_, index) => printUnicode.delay(`hiöäüß ${index} 🌱 \u0000`)));
      return Promise.all(results.map((result) => result.get({ timeout })));
    },
    shows: Array.from({ length: 5 }, (_, index) => `hiöäüß ${index} 🌱 \u0000`),
  },
  {
    name: "H22 app_id is AMQP's: refused by name, and a header does its work",
    async see({ tasks: { returnRequest } }) {
      // As a program calls it that was not type-checked.
      const option: object = { app_id: "1234" };
      const refused = await thrownBy(returnRequest.applyAsync(option));
      const { headers } = await (await returnRequest.applyAsync({ headers: { app_id: "1234" } })).get({ timeout });
      return [refused, headers];
    },
    shows: ["RefusedCall: rows.return_request: app_id: 'app_id' is no option of a call", { app_id: "1234" }],
  },
  {
    name: "H28 ignore_result: get() waits for nothing that would be kept; forget() forgets",
    async see({ app, tasks: { add } }) {
      const ignored = await add.applyAsync({ args: [1, 1], ignoreResult: true });
      const kept = await add.delay(1, 1);
      const values = [await ignored.get({ timeout }), await kept.get({ timeout })];
      await app.AsyncResult(kept.id).forget();
      return [values, await kindThrownBy(app.AsyncResult(kept.id).get({ timeout }))];
    },
    shows: [[null, 2], "ResultExpired"],
  },
  {
    name: "H15 revoke_by_stamped_headers without a match revokes nothing, and says so",
    see: ({ app }) => app.control.revokeByStampedHeaders({ monitoring_id: "nobody's" }),
    shows: 0,
  },
  {
    name: "H30 fifty calls at once, twenty at a time, all give their results",
    async see({ tasks: { add } }) {
      const numbers = Array.from({ length: 50 }, (_, x) => x);
      const left = numbers.values();
      const sums: number[] = [];
      const publish = async () => {
        for (const x of left) sums[x] = await (await add.delay(x, x)).get({ timeout });
      };
      await Promise.all(Array.from({ length: 20 }, publish));
      return sums;
    },
    shows: Array.from({ length: 50 }, (_, x) => 2 * x),
  },
];
