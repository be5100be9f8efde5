/** The Worker of `npm run bench:million`: the bench's task, and handles to fill its broker, to empty it and to reset it. */
import { Hono } from "hono";
import type { BrokerClient, Grant } from "../../../src/broker/api.ts";
import { brokerClient } from "../../../src/broker/client.ts";
import { Celeriac, deploy, type Env } from "../../../src/celeriac.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Call } from "../../../src/core/call.ts";
import type { Outcome } from "../../../src/core/result.ts";
import type { Claimed, Drain, Drained, Fill } from "../million/handles.ts";

const app = new Celeriac("bench");

app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });

const deployment = deploy(app);
/** Tasks of this queue wait: the bells that ring for it are not answered. */
const HELD = "held";

export class Broker extends deployment.Broker {
  /** Makes single submits, `width` of them under way at once, without the way from the Worker to the object: it would be most of the time. */
  async fill({ from, tasks, width, spreadSeconds, priority }: Fill): Promise<void> {
    let next = from;
    const submit = async () => {
      while (next < from + tasks) {
        const number = next++;
        const now = Date.now();
        const call: Call = { line: lineOf(number), queue: HELD, priority };
        if (spreadSeconds > 0) call.due = now + Math.floor(1000 * spreadSeconds * scattered(number));
        const answer = await this.submit({ version: 1, nonce: crypto.randomUUID(), attempt: 1, sentAt: now, calls: [call] });
        if (!answer.ok) throw new Error(JSON.stringify(answer));
      }
    };
    await Promise.all(Array.from({ length: width }, submit));
  }

  /** Ends the object as a deploy does; it starts again with the next call. */
  reset(): void {
    this.ctx.abort("reset by the benchmark");
  }
}

interface Handles {
  fill(fill: Fill): Promise<void>;
  reset(): Promise<void>;
}

const broker = (env: Env) => env.BROKER.getByName("shard-0") as unknown as Handles;
const client = (env: Env) => brokerClient(env, systemClock);
const door = new Hono<{ Bindings: Env }>();

door.post("/bench/fill", async (c) => {
  await broker(c.env).fill(await c.req.json<Fill>());
  return c.json({});
});

door.post("/bench/drain", async (c) => c.json(await drain(client(c.env), await c.req.json<Drain>())));

door.post("/bench/reset", async (c) => {
  await broker(c.env)
    .reset()
    .catch(() => {});
  return c.json({});
});

door.post("/bench/first-claim", async (c) => {
  const broker = client(c.env);
  const start = performance.now();
  const grant = await broker.claim(0, { version: 1, queue: HELD, room: 100, consumer: "bench@first" });
  const milliseconds = performance.now() - start;
  const [stats] = await broker.stats();
  await finish(broker, grant, { consumer: "bench@first", room: 0, sequence: 1 });
  return c.json({ milliseconds, rowsRead: stats?.units.rowsRead ?? Number.NaN, tasks: grant.tasks.length } satisfies Claimed);
});

door.route("/", deployment.http);

/** Claims, runs and reports so many tasks of the held queue, as `width` consumers do that ask for `room` at a time. */
async function drain(broker: BrokerClient, { tasks, width, room }: Drain): Promise<Drained> {
  const drained: Drained = { ended: 0, sum: 0 };
  let left = tasks;
  const ask = () => {
    const asked = Math.min(room, left);
    left -= asked;
    return asked;
  };
  const consume = async (_: unknown, number: number) => {
    const consumer = `bench@${number}`;
    let asked = ask();
    let grant = await broker.claim(0, { version: 1, queue: HELD, room: asked, consumer });
    for (let sequence = 1; grant.tasks.length > 0; sequence++) {
      drained.ended += grant.tasks.length;
      for (const { line } of grant.tasks) drained.sum += numberOf(line);
      left += asked - grant.tasks.length;
      asked = ask();
      grant = await finish(broker, grant, { consumer, room: asked, sequence });
    }
  };
  await Promise.all(Array.from({ length: width }, consume));
  return drained;
}

function finish(broker: BrokerClient, grant: Grant, report: { consumer: string; room: number; sequence: number }): Promise<Grant> {
  const now = Date.now();
  const outcomes = grant.tasks.map(
    ({ page, slot, attempt, line }): Outcome => ({
      page,
      slot,
      attempt,
      state: "SUCCESS",
      result: String(numberOf(line) + 1),
      traceback: null,
      startedAt: now,
      endedAt: now,
    }),
  );
  return broker.report(0, { version: 1, lease: grant.lease ?? "none", queue: HELD, outcomes, ...report });
}

function lineOf(number: number): string {
  return `{"task":"tasks.add","args":[${number},1]}`;
}

function numberOf(line: string): number {
  return JSON.parse(line).args[0];
}

/** Numbers that follow each other, scattered evenly over 0 to 1. */
function scattered(number: number): number {
  return (number * 0.618_033_988_749_895) % 1;
}

export const { Beat, Express } = deployment;
export default {
  ...deployment.worker,
  fetch: door.fetch,
  async queue(batch, env, ctx) {
    const messages = batch.messages.filter(({ body }) => body.queue !== HELD);
    if (messages.length < batch.messages.length) batch.ackAll();
    if (messages.length > 0)
      await deployment.worker.queue({ ...batch, queue: batch.queue, messages, ackAll: () => batch.ackAll() }, env, ctx);
  },
} satisfies Partial<ExportedHandler<Env, { queue: string; shard: number }>>;
