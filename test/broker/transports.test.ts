import { describe, expect, it } from "vitest";
import type { Bell } from "../../src/broker/api.ts";
import { checkTransports, sendBells } from "../../src/broker/transports.ts";
import type { Env } from "../../src/env.ts";

/** An environment whose queues note what they are sent. */
function environment(...bindings: string[]) {
  const sent: [binding: string, bell: unknown][] = [];
  const queues = bindings.map((binding) => {
    const sendBatch = async (messages: Iterable<{ body: unknown }>) => {
      for (const { body } of messages) sent.push([binding, body]);
    };
    return [binding, { sendBatch }];
  });
  return { env: { text: "TRANSPORT", ...Object.fromEntries(queues) } as Env, sent };
}

const bell = (queue: string): Bell => ({ queue, shard: 0 });
const config = { queueBindings: { mail: "MAIL", post: "MAIL" } };

describe("bells", () => {
  it("go to the Cloudflare Queue that task_queues names for their queue, else to TRANSPORT", async () => {
    const { env, sent } = environment("TRANSPORT", "MAIL");
    await sendBells([bell("celery"), bell("mail"), bell("other"), bell("post")], env, config);
    expect(sent.toSorted()).toEqual([
      ["MAIL", bell("mail")],
      ["MAIL", bell("post")],
      ["TRANSPORT", bell("celery")],
      ["TRANSPORT", bell("other")],
    ]);
  });

  it("are refused where there is no such binding, and nothing is hidden", async () => {
    await expect(sendBells([bell("mail")], environment("TRANSPORT").env, config)).rejects.toThrow("has no binding 'MAIL'");
  });
});

describe("a deployment", () => {
  it("is refused when a queue's binding is no Cloudflare Queue, with those that there are", () => {
    expect(() => checkTransports(environment("TRANSPORT", "OTHER").env, config)).toThrow(
      "task_queues: the queue 'mail' is to be rung by the binding 'MAIL', the queue 'post' is to be rung by the binding 'MAIL', " +
        "but [[queues.producers]] in wrangler.toml has no such binding; there is 'TRANSPORT', 'OTHER'",
    );
    expect(checkTransports(environment("TRANSPORT", "MAIL").env, config)).toBeUndefined();
  });
});
