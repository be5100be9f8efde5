import { eventually, kindThrownBy, PATIENCE, REVOKED, type Row, SUCCEEDED, standing, thrownBy } from "./row.ts";

const timeout = PATIENCE;
const STAMPS = ["1234", "12345"];

/** Celery's integration suite of revoking and expiring, and what its users asked for: pause, purge. */
export const controlRows: readonly Row[] = [
  {
    name: "H12 revoke of a task that waits in its queue",
    async see({ app, tasks: { add } }) {
      await app.control.pause("held");
      const result = await add.applyAsync({ args: [1, 1], queue: "held" });
      await result.revoke();
      return [await thrownBy(result.get({ timeout })), await standing(result)];
    },
    shows: ["TaskRevokedError: revoked", REVOKED],
  },
  {
    name: "H13 revoke_by_stamped_headers before the tasks are sent: those that bear the stamp are REVOKED, others run",
    async see({ app, tasks: { add } }) {
      await app.control.revokeByStampedHeaders({ monitoring_id: STAMPS });
      const values = [...STAMPS, "123", "123456"];
      const results = await Promise.all(values.map((value) => add.applyAsync({ args: [1, 1], stamps: { monitoring_id: value } })));
      return Promise.all(results.map(async (result) => [await thrownBy(result.get({ timeout })), await standing(result)]));
    },
    shows: [...STAMPS.map(() => ["TaskRevokedError: revoked", REVOKED]), ["nothing", SUCCEEDED], ["nothing", SUCCEEDED]],
  },
  {
    name: "4.1 revoke(terminate=True) of a task that runs: REVOKED, and its signal aborts within a second",
    async see({ tasks: { untilAborted, aborted } }) {
      const result = await untilAborted.delay();
      await eventually(
        () => result.state,
        (state) => state === "STARTED",
      );
      const start = Date.now();
      await result.revoke({ terminate: true });
      const thrown = await thrownBy(result.get({ timeout }));
      const heard = await eventually(
        async () => aborted.get(result.id) ?? null,
        (reason) => reason !== null,
      );
      return [thrown, await standing(result), heard, Date.now() - start < 1_000];
    },
    shows: ["TaskRevokedError: terminated", REVOKED, "TaskRevokedError: terminated", true],
  },
  {
    name: "11.14 revoke of a task that runs, without terminate: it goes on, and its outcome counts",
    async see({ tasks: { napping } }) {
      const result = await napping.delay(0.5);
      await eventually(
        () => result.state,
        (state) => state === "STARTED",
      );
      await result.revoke();
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: [0.5, SUCCEEDED],
  },
  {
    name: "11.14 revoke of a task that has ended changes nothing",
    async see({ tasks: { add } }) {
      const result = await add.delay(1, 2);
      await result.get({ timeout });
      await result.revoke({ terminate: true });
      return [await result.get({ timeout }), await standing(result)];
    },
    shows: [3, SUCCEEDED],
  },
  {
    name: "4.1 revoke of a task that waits for its eta, or for a retry",
    async see({ tasks: { add, retry } }) {
      const far = await add.applyAsync({ args: [1, 1], countdown: 1e8 });
      const again = await retry.delay("x");
      await eventually(
        () => again.state,
        (state) => state === "RETRY",
      );
      await Promise.all([far.revoke(), again.revoke()]);
      return [await kindThrownBy(far.get({ timeout })), await kindThrownBy(again.get({ timeout })), await standing(again)];
    },
    shows: ["TaskRevokedError", "TaskRevokedError", REVOKED],
  },
  {
    name: "11.16 a paused queue starts nothing until it is resumed; others go on",
    async see({ app, tasks: { add } }) {
      await app.control.pause("paused");
      const held = await add.applyAsync({ args: [1, 2], queue: "paused" });
      const other = await (await add.delay(2, 2)).get({ timeout });
      await scheduler.wait(500);
      const state = await held.state;
      await app.control.resume("paused");
      return [other, state, await held.get({ timeout })];
    },
    shows: [4, "PENDING", 3],
  },
  {
    name: "8.3 purge ends all that waits in a queue as REVOKED, and tells how many",
    async see({ app, tasks: { add } }) {
      await app.control.pause("purged");
      const results = await Promise.all([1, 2, 3].map((x) => add.applyAsync({ args: [x, x], queue: "purged" })));
      const purged = await app.control.purge("purged");
      return [purged, await Promise.all(results.map((result) => thrownBy(result.get({ timeout }))))];
    },
    shows: [3, Array.from({ length: 3 }, () => "TaskRevokedError: purged")],
  },
  {
    name: "11.7 priority 9 goes first, whatever came first",
    async see({ app, tasks: { noteOrder, order } }) {
      await app.control.pause("ordered");
      const priorities = [0, 5, 9, 3, 9];
      const results = [];
      for (const priority of priorities) results.push(await noteOrder.applyAsync({ args: [priority], priority, queue: "ordered" }));
      await app.control.resume("ordered");
      await Promise.all(results.map((result) => result.get({ timeout })));
      return order;
    },
    shows: [9, 9, 5, 3, 0],
  },
];
