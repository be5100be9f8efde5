import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idAt } from "../setup.ts";
import { asking, WORKER } from "./ask.ts";

const NAMES = ["tasks.any", "tasks.add", idAt(1), WORKER];
const ROUTES = [
  ...["async-apply", "apply", "send-task", "result", "info", "revoke", "abort", "rate-limit"].map((route) => `/api/task/${route}/`),
  ...["shutdown", "pool/restart", "pool/grow", "pool/shrink", "pool/autoscale"].map((route) => `/api/worker/${route}/`),
  ...["queue/add-consumer", "queue/cancel-consumer"].map((route) => `/api/worker/${route}/`),
];
const PARAMETERS = ["n", "min", "max", "queue", "ratelimit", "workername", "terminate", "signal", "timeout", "status", "refresh"];

const path = fc.oneof(
  fc
    .tuple(fc.constantFrom(...ROUTES), fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: "binary" })))
    .map(([route, name]) => route + encode(name)),
  fc.tuple(fc.constantFrom(...ROUTES), fc.string()).map(([route, raw]) => route + raw.replaceAll("#", "").replaceAll("?", "")),
  fc.constantFrom("/api/task/types", "/api/queues/length", "/api/workers"),
);
const fields = fc.dictionary(
  fc.constantFrom(...PARAMETERS),
  fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("1", "-1", "yes", "slow", WORKER)),
);
const body = fc.oneof(
  fields.map((each) => new URLSearchParams(Object.entries(each)).toString()),
  fc.json(),
  fc
    .record({
      args: fc.array(fc.jsonValue()),
      kwargs: fc.jsonValue(),
      countdown: fc.jsonValue(),
      eta: fc.jsonValue(),
      queue: fc.jsonValue(),
    })
    .map((each) => JSON.stringify(each)),
  fc.string({ unit: "binary" }),
);
const type = fc.constantFrom(
  "application/x-www-form-urlencoded",
  "application/json",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "",
);

/** Lone halves of a pair cannot be written in an address. */
function encode(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

describe("Flower's API and hostile requests", () => {
  it("answers whatever comes without a failure of its own, and never as HTML", async () => {
    const { ask } = asking();
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom("GET", "POST"), type, body, async (where, method, contentType, text) => {
        const headers = { "content-type": contentType };
        const answer = await ask(where, method === "GET" ? { method } : { method, headers, body: text });
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers.get("content-type") ?? "text/plain").not.toContain("html");
      }),
      { numRuns: 1_500 },
    );
  });
});
