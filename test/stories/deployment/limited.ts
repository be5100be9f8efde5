import { brokerClient } from "../../../src/broker/client.ts";
import { systemClock } from "../../../src/clock.ts";
import type { CallLimits } from "../../../src/core/call.ts";
import { readConfig } from "../../../src/core/config.ts";
import type { Env } from "../../../src/env.ts";

/** What `POST /limited` takes: so many naps of so many seconds, under these limits. */
interface Limited {
  count: number;
  seconds: number;
  limits: CallLimits;
}

/** Calls `stories.nap` so many times, each call alone and all at once, and answers the ids. */
export async function callLimited(request: Request, env: Env): Promise<Response> {
  const { count, seconds, limits }: Limited = await request.json();
  const { config } = readConfig(env.celeryconfig);
  const broker = brokerClient(env, systemClock, config.brokerShards);
  const line = JSON.stringify({ task: "stories.nap", args: [seconds] });
  const answers = await Promise.all(Array.from({ length: count }, () => broker.submit([{ line, queue: "celery", limits }])));
  return Response.json(answers.flatMap((answer) => (answer.ok ? answer.ids : [])));
}
