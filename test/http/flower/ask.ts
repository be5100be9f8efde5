import type { Env } from "../../../src/env.ts";
import type { HttpParts } from "../../../src/http/api.ts";
import type { FakeBroker } from "../setup.ts";
import { OPEN, setup } from "../setup.ts";

/** The name of the deployment's one worker. */
export const WORKER = "celeriac@edge";

/** An answer of Flower's API, read whole: JSON where it is any. */
export interface FlowerAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON, if it is an object; else {}. */
  json: Record<string, unknown>;
}

/** Ways to ask Flower's API as its clients do, over a broker that accepts everything. */
export interface Asking {
  broker: FakeBroker;
  get(path: string, headers?: Record<string, string>): Promise<FlowerAnswer>;
  /** A POST without a body. */
  post(path: string, headers?: Record<string, string>): Promise<FlowerAnswer>;
  /** A POST of a form, as curl's `-d` sends it. */
  form(path: string, fields: Record<string, string>): Promise<FlowerAnswer>;
  /** A POST of JSON, sent under curl's default type. */
  json(path: string, body: unknown): Promise<FlowerAnswer>;
  ask(path: string, init: RequestInit): Promise<FlowerAnswer>;
}

/** Flower's API over a fake broker; keys are off unless `variables` say otherwise. */
export function asking(variables: Partial<Env> = OPEN, parts: Partial<HttpParts> = {}): Asking {
  const { broker, send } = setup(variables, parts);
  const ask = async (path: string, init: RequestInit) => read(await send(path, init));
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return {
    broker,
    ask,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, headers = {}) => ask(path, { method: "POST", headers }),
    form: (path, fields) => ask(path, { method: "POST", headers: type, body: new URLSearchParams(fields).toString() }),
    json: (path, body) => ask(path, { method: "POST", headers: type, body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
}

async function read(answer: Response): Promise<FlowerAnswer> {
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {};
  return { status: answer.status, headers: answer.headers, text, json };
}
