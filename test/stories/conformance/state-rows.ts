import { eventually, PATIENCE, type Row, SUCCEEDED, standing, thrownBy } from "./row.ts";

const timeout = PATIENCE;

/** Celery's states (2.9) as a reader sees them, one after the other; and what was odd about them (14). */
export const stateRows: readonly Row[] = [
  {
    name: "2.9 PENDING, STARTED, PROGRESS with its meta, SUCCESS",
    async see({ tasks: { stepwise, steps } }) {
      const sent = await stepwise.applyAsync({ countdown: 2 });
      const seen: unknown[] = [await sent.state];
      const wait = async (hoped: string) => {
        const look = async () => [await sent.state, await sent.info];
        seen.push(await eventually(look, ([state]) => state === hoped));
        steps.set(sent.id, (steps.get(sent.id) ?? 0) + 1);
      };
      await wait("STARTED");
      await wait("PROGRESS");
      return [...seen, await sent.get({ timeout }), await standing(sent)];
    },
    shows: ["PENDING", ["STARTED", null], ["PROGRESS", { done: 1, of: 2 }], "done", SUCCEEDED],
  },
  {
    name: "2.7 Ignore: what updateState wrote last stands, else SUCCESS without a result, so that nobody waits for ever (14.3)",
    async see({ tasks: { ignoring } }) {
      const custom = await ignoring.delay("PROGRESS");
      const failed = await ignoring.delay("FAILURE");
      const nothing = await ignoring.delay(null);
      const seen = [];
      for (const result of [custom, failed, nothing]) seen.push([await thrownBy(result.get({ timeout })), await result.state]);
      return [...seen, await custom.result, await nothing.result];
    },
    shows: [["nothing", "SUCCESS"], ["ValueError: by hand", "FAILURE"], ["nothing", "SUCCESS"], { done: 1 }, null],
  },
  {
    name: "14.16 max_retries given to retry() holds for that decision",
    async see({ tasks: { retryAtMost } }) {
      return (await retryAtMost.delay()).get({ timeout });
    },
    shows: { retries: 4 },
  },
];
