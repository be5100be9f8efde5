import { expect, it } from "vitest";
import { NO_ENTRIES, pathOf, ROUTES } from "./routes.ts";
import { OPEN, recordOf, setup } from "./setup.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"];

function door() {
  const made = setup({ ...OPEN, ...NO_ENTRIES });
  made.broker.lookup = { found: true, record: recordOf() };
  return made;
}

it.each(ROUTES.filter(({ method }) => method === "GET"))("HEAD $path answers as GET does, without the body", async (route) => {
  const { send } = door();
  const [got, head] = [await send(pathOf(route)), await send(pathOf(route), { method: "HEAD" })];
  expect([head.status, head.headers.get("content-type")]).toEqual([got.status, got.headers.get("content-type")]);
  expect(await head.text()).toBe("");
});

it("every path refuses the methods that it has no route for, and names those it has", async () => {
  const { send } = door();
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const taken = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    // A name in a path may be the last part of another route's.
    const others = METHODS.filter(
      (method) => !ROUTES.some((route) => route.method === method && shapeOf(route.path).test(pathOf({ path }))),
    );
    for (const method of others) {
      const answer = await send(pathOf({ path }), { method });
      expect([method, path, answer.status]).toEqual([method, path, 405]);
      for (const name of taken) expect(answer.headers.get("allow")?.split(", ")).toContain(name);
    }
  }
});

function shapeOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`);
}
