import { afterEach, expect, it, vi } from "vitest";
import { chanceOf, hostileRequest } from "../../scripts/fuzz/hostile.ts";
import { ALL_ROUTES, NO_ENTRIES } from "./routes.ts";
import { OPEN, setup } from "./setup.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const VALID = { path: "/v1/tasks/tasks.add", method: "POST", headers: { "content-type": "application/json" }, body: '{"args":[2,3]}' };

it("hostile requests for every route are answered, and never with 5xx; sound ones among them are taken", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { send } = setup({ ...OPEN, ...NO_ENTRIES });
  const chance = chanceOf(21);
  const refused: string[] = [];
  const statuses = new Set<number>();
  for (let turn = 0; turn < 45 * ALL_ROUTES.length; turn++) {
    const route = ALL_ROUTES[turn % ALL_ROUTES.length];
    if (route === undefined) continue;
    const { path, ...init } = turn % 100 === 0 ? VALID : hostileRequest(route, chance);
    const answer = await send(path, init);
    statuses.add(answer.status);
    if (answer.status >= 500) refused.push(`${answer.status} ${init.method} ${path} ${init.body}: ${await answer.text()}`);
  }
  expect(refused).toEqual([]);
  expect(log).not.toHaveBeenCalled();
  expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 400, 403, 404, 405, 415, 422]));
});
