import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { brokerClient } from "../../src/broker/client.ts";
import { systemClock } from "../../src/clock.ts";

const NEVER_GIVEN = "01a50000-0000-8000-8000-000000000000";

afterEach(() => reset());

describe("the client that the requests of an isolate share", () => {
  it("takes more questions of one request at once than the platform gives it timers", async () => {
    const client = brokerClient(env, systemClock);
    const lookups = await Promise.all(Array.from({ length: 10_500 }, () => client.result(NEVER_GIVEN, 0)));
    expect(lookups.filter((lookup) => !lookup.found && lookup.why === "unknown")).toHaveLength(10_500);
  });
});
