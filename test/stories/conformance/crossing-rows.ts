import { eventually, kindThrownBy, PATIENCE, type Row, type Stage, thrownBy } from "./row.ts";

const timeout = PATIENCE;

/** What two promises come to together. */
export const crossingRows: readonly Row[] = [
  {
    name: "a rate limit holds on the express lane",
    async see({ tasks: { expressLimited } }) {
      const results = await Promise.all(Array.from({ length: 4 }, () => expressLimited.delay()));
      const starts = (await Promise.all(results.map((result) => result.get({ timeout })))).sort((a, b) => a - b);
      const took = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
      return took >= 1_200 ? "spread" : `within ${took} ms`;
    },
    shows: "spread",
  },
  ...(
    [
      ["waits for a retry", "retry", {}, async () => {}],
      [
        "is terminated",
        "wait",
        {},
        (result: { revoke(options: { terminate: boolean }): Promise<unknown> }) => result.revoke({ terminate: true }),
      ],
      ["is ended by its time limit", "wait", { timeLimit: 0.5 }, async () => {}],
    ] as const
  ).map(([what, way, limits, end]) => ({
    name: `a task that ${what} gives its concurrency place to the next at once`,
    async see({ tasks: { stubborn } }: Stage) {
      const concurrencyKey = what;
      const first = await stubborn.applyAsync({ args: [way], concurrencyKey, ...limits });
      await eventually(
        () => first.state,
        (state) => state !== "PENDING",
      );
      const start = Date.now();
      const second = await stubborn.applyAsync({ args: ["wait"], concurrencyKey });
      await end(first);
      const state = await eventually(
        () => second.state,
        (seen) => seen === "STARTED",
      );
      const took = Date.now() - start;
      await Promise.all([first, second].map((result) => result.revoke({ terminate: true })));
      return [state, took < 2_000];
    },
    shows: ["STARTED", true],
  })),
  {
    name: "a paused queue holds what is under a limit too, and purge ends it",
    async see({ app, tasks: { limited, alone } }) {
      await app.control.pause("crossed");
      const results = [
        await limited.applyAsync({ queue: "crossed" }),
        await alone.applyAsync({ args: [0], queue: "crossed" }),
        await alone.applyAsync({ args: [0], queue: "crossed", countdown: 600 }),
      ];
      await scheduler.wait(300);
      const states = await Promise.all(results.map((result) => result.state));
      const purged = await app.control.purge("crossed");
      return [states, purged, await Promise.all(results.map((result) => thrownBy(result.get({ timeout }))))];
    },
    shows: [Array.from({ length: 3 }, () => "PENDING"), 3, Array.from({ length: 3 }, () => "TaskRevokedError: purged")],
  },
  {
    name: "a retry to a paused queue waits there, and can be revoked",
    async see({ app, tasks: { retryElsewhere } }) {
      await app.control.pause("held");
      const result = await retryElsewhere.delay("held");
      await eventually(
        () => result.state,
        (state) => state === "RETRY",
      );
      await scheduler.wait(300);
      const state = await result.state;
      await result.revoke();
      return [state, await kindThrownBy(result.get({ timeout }))];
    },
    shows: ["RETRY", "TaskRevokedError"],
  },
];
