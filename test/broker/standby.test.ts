import { expect, test } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { Standby } from "../../src/broker/standby.ts";

const request = { version: 1, queue: "celery", room: 4, consumer: "celeriac@1", nonce: "one" } as const;
const nothing: Grant = { version: 1, lease: null, leaseMilliseconds: 0, tasks: [] };
const never = { after: () => () => {} };

test("a consumer that asks again is answered as its first call is, also when work is not expected any more", async () => {
  const standby = new Standby(never);
  const first = standby.stay(request, 1_000, nothing);
  const again = standby.stay(request, 0, nothing);
  standby.first("celery")?.give({ ...nothing, lease: "given" });
  expect(await again).toMatchObject({ lease: "given" });
  expect(await first).toMatchObject({ lease: "given" });
});

test("a consumer does not stay where no work is expected", () => {
  const standby = new Standby(never);
  expect(standby.stay(request, 0, nothing)).toBeUndefined();
  expect(standby.first("celery")).toBeUndefined();
});
