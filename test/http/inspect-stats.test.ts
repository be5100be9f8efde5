import { describe, expect, it } from "vitest";
import { noUnits } from "../../src/core/units.ts";
import { setup } from "./setup.ts";

describe("GET /v1/inspect/stats", () => {
  it("answers each shard's counts and what they cost", async () => {
    const { broker, send } = setup();
    const units = {
      ...noUnits(),
      rowsWritten: 7,
      alarmsSet: 1,
      objectRequests: 4,
      messagesSent: 1,
      messagesReceived: 1,
      workerRequests: 2,
    };
    broker.shardStats = [{ shard: 0, since: 0, tasks: { accepted: 1, ended: 1, expired: 1 }, units }];
    const document = await (await send("/v1/inspect/stats")).json();
    expect(document).toMatchObject({
      shards: [{ shard: 0, since: "1970-01-01T00:00:00.000Z", tasks: { accepted: 1 }, units: { rows_written: 7, alarms_set: 1 } }],
      dollars_per_million_tasks: {
        rows_written: expect.closeTo(8),
        object_requests: expect.closeTo(0.6),
        queue_operations: expect.closeTo(1.2),
        worker_requests: expect.closeTo(0.6),
        total: expect.closeTo(10.4),
      },
    });
  });

  it("prices nothing per task before there is one", async () => {
    const { broker, send } = setup();
    broker.shardStats = [{ shard: 0, since: 0, tasks: { accepted: 0, ended: 0, expired: 0 }, units: noUnits() }];
    expect(await (await send("/v1/inspect/stats")).json()).toMatchObject({ dollars_per_million_tasks: null });
  });
});
