import { PATIENCE, REVOKED, type Row, SUCCEEDED, standing, thrownBy } from "./row.ts";

const timeout = PATIENCE;

/** Calls (3), where a broker shows what becomes of them; and what is odd about Celery's (14). */
export const callRows: readonly Row[] = [
  {
    name: "3 an eta that has passed is at once",
    async see({ tasks: { add } }) {
      const result = await add.applyAsync({ args: [1, 2], eta: new Date("2001-01-01") });
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: [3, SUCCEEDED],
  },
  {
    name: "3 an eta in a thousand years waits",
    async see({ tasks: { add } }) {
      const result = await add.applyAsync({ args: [1, 2], eta: new Date("3026-01-01") });
      return [await thrownBy(result.get({ timeout: 0.5 })), await result.state].map((seen) => seen.replace(result.id, "<id>"));
    },
    shows: ["TimeoutError: the task <id> did not end within 0.5 s; its state is PENDING", "PENDING"],
  },
  {
    name: "3 an expiry that has passed: REVOKED, and never started",
    async see({ tasks: { add } }) {
      const result = await add.applyAsync({ args: [1, 2], expires: new Date("2001-01-01") });
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["TaskRevokedError: expired", REVOKED],
  },
  {
    name: "14.13 expires counts from the call, not from the eta",
    async see({ tasks: { add } }) {
      const result = await add.applyAsync({ args: [1, 2], countdown: 1.5, expires: 1 });
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["TaskRevokedError: expired", REVOKED],
  },
  {
    name: "14.14 a task_id is given once: a second call under it is refused",
    async see({ tasks: { add } }) {
      const taskId = crypto.randomUUID();
      const first = await add.applyAsync({ args: [1, 1], taskId });
      const second = await thrownBy(add.applyAsync({ args: [2, 2], taskId }));
      return [first.id === taskId, second.replaceAll(taskId, "<id>"), await first.get({ timeout })];
    },
    shows: [true, "CeleriacError: rows.add: The task id <id> is taken by an earlier task: choose another, or leave task_id out.", 2],
  },
  {
    name: "4.4 what JSON cannot hold is FAILURE EncodeError",
    async see({ tasks: { returnCycle } }) {
      const result = await returnCycle.delay();
      return [(await thrownBy(result.get({ timeout }))).slice(0, 12), await result.failed()];
    },
    shows: ["EncodeError:", true],
  },
  {
    name: "3 Celery's JSON types, there and back: datetime, bytes, and our bigint",
    async see({ tasks: { identity } }) {
      const sent = [new Date(0), new TextEncoder().encode("ä"), new Uint8Array([255, 0]), 2n ** 70n, { deep: [new Date(1)] }];
      const came = await (await identity.delay(sent)).get({ timeout });
      return Array.isArray(came) ? came.map(shape) : came;
    },
    shows: [
      "Date 1970-01-01T00:00:00.000Z",
      "Uint8Array 195,164",
      "Uint8Array 255,0",
      "bigint 1180591620717411303424",
      "{deep: [Date 1970-01-01T00:00:00.001Z]}",
    ],
  },
];

function shape(value: unknown): string {
  if (value instanceof Date) return `Date ${value.toISOString()}`;
  if (value instanceof Uint8Array) return `Uint8Array ${value}`;
  if (typeof value === "object" && value !== null && "deep" in value && Array.isArray(value.deep))
    return `{deep: [${value.deep.map(shape)}]}`;
  return `${typeof value} ${value}`;
}
