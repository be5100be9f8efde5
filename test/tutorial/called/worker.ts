import { Hono } from "hono";
import { deploy, TimeoutError } from "../../../src/celeriac.ts";
import { add, app, buy, printTask, sleep } from "./tasks.ts";

const deployment = deploy(app);
const mine = new Hono();

mine.get("/add", async (c) => {
  const result = await add.delay(2, 3);
  return c.json({ id: result.id, value: await result.get({ timeout: 5 }), state: await result.state });
});

mine.get("/print", async (c) => {
  const result = await printTask.delay();
  const text: string = await result.get({ timeout: 5 });
  return c.json({ id: result.id, value: text });
});

mine.get("/later", async (c) => {
  const result = await add.applyAsync({ args: [2, 3], countdown: 1 });
  const before = await result.ready();
  return c.json({ before, value: await result.get({ timeout: 5 }), after: await result.ready(), successful: await result.successful() });
});

mine.get("/buy/:what", async (c) => {
  const result = await buy.delay(c.req.param("what"));
  try {
    return c.json({ value: await result.get({ timeout: 5 }) });
  } catch (error) {
    const { name, message, stack } = error as Error;
    return c.json({
      name,
      message,
      stack,
      isRangeError: error instanceof RangeError,
      failed: await result.failed(),
      state: await result.state,
    });
  }
});

mine.get("/sleep", async (c) => {
  const result = await sleep.delay(1.5);
  try {
    return c.json({ value: await result.get({ timeout: 0.5 }) });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    return c.json({ message: error.message, id: result.id, state: await result.state, value: await result.get({ timeout: 5 }) });
  }
});

mine.get("/wrong", async (c) => {
  // @ts-expect-error the handler takes two numbers
  const refused = await add.delay(2).catch((error: Error) => error);
  return c.json({ message: refused instanceof Error ? refused.message : "accepted" });
});

mine.route("/", deployment.http);

export const { Broker, Beat } = deployment;
export default { ...deployment.worker, fetch: mine.fetch };
