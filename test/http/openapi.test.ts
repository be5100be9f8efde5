import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../../src/http/openapi/components.ts";
import { ROUTES } from "./routes.ts";
import { setup } from "./setup.ts";

interface Document {
  openapi: string;
  servers: Array<{ url: string }>;
  paths: Record<string, Record<string, { operationId: string; summary: string; responses: Record<string, unknown> }>>;
}

async function readDocument(): Promise<Document> {
  const answer = await setup({}).send("/openapi.json");
  expect(answer.status).toBe(200);
  return answer.json();
}

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const document = await readDocument();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
  });

  it("tells of every route of the table, under an operation id of its own", async () => {
    const { paths } = await readDocument();
    const told = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const table = ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`);
    expect(told.toSorted()).toEqual(table.toSorted());
    const ids = ROUTES.map(({ about }) => about.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { about } of ROUTES) expect(Object.keys(about.answers)).not.toEqual([]);
  });

  it("names in its answers only schemas that are there", async () => {
    const names = [...JSON.stringify(await readDocument()).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect([...new Set(names)].filter((name) => name === undefined || !Object.hasOwn(COMPONENTS, name))).toEqual([]);
  });

  it("is 304 to who has it already", async () => {
    const { send } = setup({});
    const etag = (await send("/openapi.json")).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{24}"$/);
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await send("/openapi.json", { headers: { "if-none-match": held } });
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await send("/openapi.json", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });
});

describe("the schema of a call", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const fits = ajv.compile({ ...COMPONENTS.Call });
  // Of what the schema knows of one option: values that fit, and values that do not.
  const fitting: Record<string, unknown[]> = {
    args: [[], [1, "x"], null],
    kwargs: [{}, { a: 1 }, null],
    countdown: [0, 1.5, null],
    eta: ["2026-12-24T18:00:00Z", null],
    expires: [3, "2026-12-24T18:00:00Z", null],
    task_id: ["00000000-0000-4000-8000-000000000000", null],
    queue: ["celery", "slow", null],
    priority: [0, 9, null],
    headers: [{}, { a: 1 }, null],
    ignore_result: [true, false, null],
    shadow: ["x", "x".repeat(255), null],
    idempotency_key: ["x", null],
    time_limit: [1, 0.5, null],
    soft_time_limit: [1, null],
    max_retries: [0, 7, null],
    concurrency_key: ["x", null],
    stamps: [{}, { a: 1 }, null],
    stamped_headers: [[], null],
  };
  const wrong = [true, -1, 1.5, "", "x", [], [1], {}, { a: 1 }, 10, "x".repeat(256)];

  it("knows the options that the door takes, and no others", () => {
    const properties = COMPONENTS.Call?.properties;
    expect(Object.keys(properties ?? {}).toSorted()).toEqual(Object.keys(fitting).toSorted());
  });

  it("takes every call that the door takes, and refuses none of them", async () => {
    const { post } = setup();
    const option = fc.constantFrom(...Object.entries(fitting));
    const value = option.chain(([name, values]) =>
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, fc.constantFrom(...wrong)).map((one) => [name, one] as const),
    );
    const call = fc.array(value, { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(call, async (body) => {
        const { status } = await post("/v1/tasks/tasks.any", body);
        expect([202, 422]).toContain(status);
        if (status === 202) taken++;
        if (status === 202) expect(fits(body), JSON.stringify(body)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(30);
  });

  it.each(Object.entries(fitting))("and the door agree on each value of %s", async (name, values) => {
    const { post } = setup();
    for (const value of [...values, ...wrong]) {
      const body = { [name]: value };
      const { status } = await post("/v1/tasks/tasks.any", body);
      // Beyond the schema: the names of queues, the form of times and ids, the task's own limits, and that a stamped header is a stamp.
      const beyond = typeof value === "string" ? /^(queue|eta|expires|task_id|concurrency_key)$/ : /^(stamped_headers|kwargs|expires)$/;
      if (!(beyond.test(name) && status === 422)) expect(fits(body), `${name}: ${JSON.stringify(value)} is ${status}`).toBe(status === 202);
    }
  });
});
