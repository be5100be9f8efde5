import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { RefusedCall } from "../../src/core/errors.ts";
import { readCall } from "../../src/core/wire/call-options.ts";
import { BrokerDouble, NOW } from "./broker-double.ts";
import { refusalOf, rowsOf, send } from "./sent-call.ts";

const UUID = "0190f3c2-1b2c-8abc-9def-0123456789ab";

/** It is none of ours, neither in code nor as JSON. */
const refused =
  (...names: string[]) =>
  async () => {
    for (const name of names) {
      expect(await refusalOf(() => send({ call: { [name]: 1 } }))).toContain(`'${name}' is no option of a call`);
      const { faults } = readCall({ [name]: 1 }, { timezone: "UTC" });
      expect(faults[0]?.path).toBe(name);
    }
  };

/** Code and JSON say the same thing. */
const alike = async (json: Record<string, unknown>) => {
  const { call, faults } = readCall(json, { timezone: "Asia/Shanghai" });
  expect(faults).toEqual([]);
  return send({ options: { concurrency: 1 }, call: call.options ?? {} });
};

/** Each row of CELERY.md 3 and of the table "Calls" in src/CELERY.md that is about the call, by its first column there. */
const CALLS: Record<string, () => Promise<void>> = {
  "`delay`, `apply_async`": async () => {
    const app = new Celeriac("rows");
    const broker = new BrokerDouble();
    app.connect(broker);
    const add = app.task("tasks.add", (x: number, y: number) => x + y);
    await add.delay(2, 3);
    await add.applyAsync({ args: [2, 3] });
    expect(broker.calls[0]).toEqual(broker.calls[1]);
  },
  "`countdown`": async () => {
    expect((await alike({ countdown: 1.5 })).call.due).toBe(NOW + 1500);
    expect((await alike({ countdown: 0 })).call.due).toBeUndefined();
    expect(await refusalOf(() => alike({ countdown: -1 }))).toContain("countdown: expected a number of seconds, 0 or more");
  },
  "`eta`": async () => {
    expect((await alike({ eta: "2126-01-01T00:00:00Z" })).call.due).toBe(Date.UTC(2126, 0, 1));
    expect((await alike({ eta: "2126-01-01T08:00:00" })).call.due).toBe(Date.UTC(2126, 0, 1));
    expect(await refusalOf(() => send({ call: { eta: new Date(0), countdown: 1 } }))).toContain("either a countdown or an eta");
  },
  "`expires`": async () => {
    expect((await alike({ expires: 2, countdown: 10 })).call.expires).toBe(NOW + 2000);
    expect((await alike({ expires: "2126-01-01T00:00:00Z" })).call.expires).toBe(Date.UTC(2126, 0, 1));
  },
  "`task_id`": async () => {
    expect((await alike({ task_id: UUID.toUpperCase() })).call.taskId).toBe(UUID);
    expect(await refusalOf(() => alike({ task_id: "mine" }))).toContain("expected a UUID");
  },
  "`queue`": async () => {
    expect((await alike({ queue: "mail" })).call.queue).toBe("mail");
    expect(await refusalOf(() => alike({ queue: "mial" }))).toContain("did you mean 'mail'?");
    await refused("exchange", "routing_key")();
  },
  "`priority`": async () => {
    expect((await alike({ priority: 9 })).call.priority).toBe(9);
    expect((await send({ call: { priority: 9 }, config: { task_queue_max_priority: 5 } })).line.priority).toBe(5);
    expect(await refusalOf(() => alike({ priority: 10 }))).toContain("from 0 to 9");
  },
  "`retry`, `retry_policy` (of publishing)": refused("retry", "retry_policy"),
  "`link`, `link_error`": async () => {
    const { faults } = readCall({ link: {}, link_error: {} }, { timezone: "UTC" });
    expect(faults.map(({ message }) => message.includes("as a canvas"))).toEqual([true, true]);
  },
  "`serializer`, `compression`": refused("serializer", "compression"),
  "`time_limit`, `soft_time_limit`": async () => {
    expect((await alike({ time_limit: 30, soft_time_limit: 20 })).line.timelimit).toEqual([30, 20]);
    expect((await alike({ soft_time_limit: 20 })).line.timelimit).toEqual([null, 20]);
    const soft = () => send({ options: { timeLimit: 10 }, call: { softTimeLimit: 20 } });
    expect(await refusalOf(soft)).toContain("softTimeLimit: soft_time_limit must be less than or equal to time_limit, got 20 and 10");
    expect(await refusalOf(() => alike({ time_limit: 0 }))).toContain("timeLimit: expected a number of seconds above 0");
  },
  "`max_retries`": async () => {
    expect((await alike({ max_retries: 0 })).line.max_retries).toBe(0);
    expect((await send({ call: { maxRetries: null } })).line.max_retries).toBeNull();
    expect((await alike({ max_retries: null })).line).not.toHaveProperty("max_retries");
    expect(await refusalOf(() => alike({ max_retries: 1.5 }))).toContain("maxRetries: expected a whole number");
  },
  "`headers`": async () => expect((await alike({ headers: { tenant: "a" } })).line.headers).toEqual({ tenant: "a" }),
  "`shadow`, `ignore_result`": async () => {
    expect((await alike({ shadow: "adding", ignore_result: true })).line).toMatchObject({ shadow: "adding", ignore_result: true });
  },
  "`stamped_headers`, stamps": async () => {
    const stamps = { tenant: "a", batch: [1, 2] };
    const all = await alike({ stamps });
    expect(all.line).toMatchObject({ stamped_headers: ["tenant", "batch"], stamps });
    expect(all.call.stamps).toEqual(stamps);
    const some = await alike({ stamps, stamped_headers: ["batch"] });
    expect([some.line.stamped_headers, some.line.stamps, some.call.stamps]).toEqual([["batch"], { batch: [1, 2] }, { batch: [1, 2] }]);
    expect(await refusalOf(() => alike({ stamps, stamped_headers: ["bach"] }))).toContain("expected the names of stamps");
    expect(await refusalOf(() => send({ call: { stamps: { a: () => 1 } } }))).toContain("stamps.a: expected a value that JSON can hold");
  },
  "`add_to_parent`, `argsrepr`, `kwargsrepr`": refused("add_to_parent", "argsrepr", "kwargsrepr"),
  "`reply_to`, `mandatory`, `immediate`, `app_id`, `message_id`, `connection`, `producer`": refused(
    "reply_to",
    "mandatory",
    "immediate",
    "app_id",
    "message_id",
    "connection",
    "producer",
  ),
  "errors at the call": async () => {
    const wrong = { priority: 10, queue: "none", countdown: -1, maxRetries: -1 };
    const refusal = await send({ call: { ...wrong, kwargs: { y: 1 } } }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedCall);
    const { faults } = refusal as RefusedCall;
    expect(faults.map(({ path }) => path)).toEqual(["kwargs.y", "priority", "countdown", "maxRetries", "queue"]);
  },
  "`idempotency_key`": async () => {
    expect((await alike({ idempotency_key: "k" })).call.idempotency).toMatchObject({ key: "k" });
    const marks = await Promise.all(["a", "b"].map(async (key) => (await alike({ idempotency_key: "k", concurrency_key: key })).call));
    expect(marks[0]?.idempotency?.fingerprint).not.toBe(marks[1]?.idempotency?.fingerprint);
  },
  "`concurrency_key`": async () => {
    expect((await alike({ concurrency_key: "tenant" })).call.limits?.concurrency).toEqual({ key: "tenant", most: 1 });
    expect(await refusalOf(() => alike({ concurrency_key: "" }))).toContain("expected a key of 1 to 255 characters");
  },
};

/** Rows of that table that are about other doors than the call, and are shown where those are. */
const ELSEWHERE = [
  "`task(*args)`: a plain call",
  "`root_id`, `parent_id`",
  "`group_id`, `group_index`, `chord`, `chain`, `replaced_task_nesting`",
  "`apply`, `task_always_eager`",
  "`signature`, `s`, `si`, `map`, `starmap`, `chunks`, `chain`, `group`, `chord`",
  "JSON: datetime, date, time, decimal, UUID, bytes",
];

const routed = async (task_routes: unknown, more: Record<string, unknown> = {}) => (await send({ config: { task_routes, ...more } })).call;

/** Each row of CELERY.md 9 and of the table "Routes" in src/CELERY.md. The task is named `t`. */
const ROUTES: Record<string, () => Promise<void>> = {
  "exact names before patterns, patterns in their order": async () => {
    expect((await routed({ "*": "feeds", t: "mail" })).queue).toBe("mail");
    expect((await routed({ "t*": "feeds", "*": "mail" })).queue).toBe("feeds");
  },
  "globs: `*`, `?`, `[ab]`, `[!ab]`; only names with a `*` are globs": async () => {
    expect((await routed({ "[st]*": "feeds" })).queue).toBe("feeds");
    expect((await routed({ "[!st]*": "feeds", "?": "mail" })).queue).toBe("celery");
  },
  "regular expressions, from the name's beginning": async () => {
    expect((await routed([[/t|u/, { queue: "mail", priority: 7 }]])).queue).toBe("mail");
    expect((await routed([[/$/, "mail"]])).queue).toBe("celery");
  },
  functions: async () => {
    const asked: unknown[] = [];
    const router = (...all: unknown[]) => {
      asked.push(all);
      return { queue: "mail", priority: 3 };
    };
    const { call } = await send({ call: { countdown: 1 }, config: { task_routes: router } });
    expect([call.queue, call.priority]).toEqual(["mail", 3]);
    expect(asked).toEqual([["t", [1], {}, { countdown: 1 }]]);
    expect(await refusalOf(() => routed(() => 3))).toContain("task_routes, asked for the task 't': expected a router to answer");
    expect(await refusalOf(() => routed(() => ({ priority: 11 })))).toContain("ImproperlyConfigured");
    const unasked = await refusalOf(() => send({ call: { kwargs: { y: 1 } }, config: { task_routes: router } }));
    expect([unasked.includes("kwargs.y"), asked.length]).toEqual([true, 1]);
  },
  "the call, then the task, then routes, then the default": async () => {
    const config = { task_routes: { t: { queue: "mail", priority: 2 } }, task_default_priority: 5 };
    const where = async (sending: Parameters<typeof send>[0]) => {
      const { call } = await send(sending);
      return [call.queue, call.priority];
    };
    expect(await where({ config, options: { queue: "feeds", priority: 3 }, call: { queue: "celery", priority: 4 } })).toEqual([
      "celery",
      4,
    ]);
    expect(await where({ config, options: { queue: "feeds", priority: 3 } })).toEqual(["feeds", 3]);
    expect(await where({ config })).toEqual(["mail", 2]);
    expect(await where({ config: { task_default_priority: 5, task_default_queue: "main" } })).toEqual(["main", 5]);
  },
  "`Broadcast`, `worker_direct`, exchanges": async () => {
    expect(await refusalOf(() => routed({ t: { broadcast: "all" } }))).toContain("'broadcast' is no part of a route");
  },
  "queues that nobody named": async () => {
    expect(await refusalOf(() => send({ call: { queue: "new" } }))).toContain("no queue is named 'new'");
    expect((await send({ call: { queue: "new" }, config: { task_create_missing_queues: true } })).call.queue).toBe("new");
    const control = () => send({ call: { queue: "n\new" }, config: { task_create_missing_queues: true } });
    expect(await refusalOf(control)).toContain("none a control character");
  },
};

const document = readFileSync(fileURLToPath(import.meta.resolve("../../src/CELERY.md")), "utf8");

describe("the row of a call (CELERY.md 3)", () => {
  it.each(Object.entries(CALLS))("%s", (_, row) => row());

  it("is here, or known to be shown elsewhere, for every row of src/CELERY.md", () => {
    expect([...Object.keys(CALLS), ...ELSEWHERE].toSorted()).toEqual(rowsOf(document, "Calls").toSorted());
  });
});

describe("the row of a route (CELERY.md 9)", () => {
  it.each(Object.entries(ROUTES))("%s", (_, row) => row());

  it("is here for every row of src/CELERY.md", () => {
    expect(Object.keys(ROUTES).toSorted()).toEqual(rowsOf(document, "Routes").toSorted());
  });
});
