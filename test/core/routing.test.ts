import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRoutes, routedQueues } from "../../src/core/read-routes.ts";
import type { Asked, RoutingSettings } from "../../src/core/routing.ts";
import { defaultRouting, destinationOf, findRoute } from "../../src/core/routing.ts";

const call = (name: string, changes: Partial<Asked> = {}): Asked => ({ name, args: [], kwargs: {}, options: {}, ...changes });
const settingsOf = (routes: unknown, changes: Partial<RoutingSettings> = {}): RoutingSettings => {
  const { routers, faults } = readRoutes(routes, "task_routes");
  expect(faults).toEqual([]);
  return { ...defaultRouting, taskQueues: ["celery", "feeds", "mail", "media", "own"], taskRoutes: routers, ...changes };
};
const routeOf = (routes: unknown, name: string) => findRoute(call(name), settingsOf(routes).taskRoutes);

describe("task_routes (CELERY.md 9.2)", () => {
  it("finds the exact name before any pattern, whatever their order", () => {
    const routes = { "feed.*": "feeds", "feed.import": { queue: "media", priority: 7 }, "*": "mail" };
    expect(routeOf(routes, "feed.import")).toEqual({ queue: "media", priority: 7 });
    expect(routeOf(routes, "feed.export")).toEqual({ queue: "feeds" });
    expect(routeOf(routes, "web.push")).toEqual({ queue: "mail" });
  });

  it("takes the first pattern that holds", () => {
    expect(routeOf({ "a.*": "feeds", "a.b.*": "mail" }, "a.b.c")).toEqual({ queue: "feeds" });
  });

  it("takes a list of pairs as one table, with regular expressions that hold from the beginning", () => {
    const routes = [
      [/(video|image)\..*/g, { queue: "media" }],
      ["mail.*", "mail"],
      ["mail.bulk", "feeds"],
    ];
    const names = ["video.cut", "video.cut", "my.video.cut", "mail.one", "mail.bulk"];
    expect(names.map((name) => routeOf(routes, name)?.queue)).toEqual(["media", "media", undefined, "mail", "feeds"]);
  });

  it("asks the routers of a list in their order: tables, lists of pairs, functions", () => {
    const asked: unknown[] = [];
    const route = (...all: unknown[]) => {
      asked.push(all);
      return all[0] === "a.one" ? "feeds" : null;
    };
    const settings = settingsOf([route, { "a.*": "mail" }, [["*", "media"]]]);
    const where = (name: string) => findRoute(call(name, { args: [1], kwargs: { k: 2 }, options: { priority: 3 } }), settings.taskRoutes);
    expect([where("a.one"), where("a.two"), where("b")]).toEqual([{ queue: "feeds" }, { queue: "mail" }, { queue: "media" }]);
    expect(asked[0]).toEqual(["a.one", [1], { k: 2 }, { priority: 3 }]);
  });

  it("may be empty", () => {
    for (const nothing of [undefined, null, {}, []]) expect(routeOf(nothing, "a")).toBeUndefined();
  });

  it("tells every fault of what is written, and which parts mean nothing here", () => {
    const routes = [
      { a: "", b: { queu: "x" }, c: { queue: 3, priority: 10 }, d: { queue: "mail", routing_key: "x" }, e: 7 },
      "my.module.route",
      [["*", "feeds"], [3]],
      [["", "feeds"]],
    ];
    const { faults, ignored } = readRoutes(routes, "task_routes");
    expect(faults.map((fault) => `${fault.path}: ${fault.message}`)).toEqual([
      'task_routes[0].a: expected the name of a queue or a route such as { queue = "mail", priority = 7 }, got the string ""',
      "task_routes[0].b.queu: 'queu' is no part of a route; did you mean 'queue'?",
      "task_routes[0].c.queue: expected the name of a queue, got the number 3",
      "task_routes[0].c.priority: expected a whole number from 0 to 9 (9 first), got the number 10",
      'task_routes[0].e: expected the name of a queue or a route such as { queue = "mail", priority = 7 }, got the number 7',
      'task_routes[1]: expected a table such as { "feed.*" = "feeds" }, a list of pairs or a function, got the string "my.module.route": a router in code is the function itself, not its name',
      'task_routes[2]: expected a table such as { "feed.*" = "feeds" }, a list of pairs or a function, got an array',
      `task_routes[3][0]: expected a task's name, a glob such as "feed.*" or a RegExp, got the string ""`,
    ]);
    expect(ignored).toEqual(["routing_key"]);
  });

  it("tells which queues its tables name", () => {
    const { routers } = readRoutes([{ a: "mail", "b.*": "feeds", c: { priority: 3 } }, () => "hidden"], "task_routes");
    expect(routedQueues(routers)).toEqual(["mail", "feeds"]);
  });
});

describe("the destination (CELERY.md 9.3)", () => {
  const own = { queue: "own", priority: 2 };
  const routes = { "*": { queue: "feeds", priority: 4 } };

  it("is the call's, then the task's, then the route's, then the default", () => {
    expect(destinationOf(call("a", { own, options: { queue: "mail", priority: 8 } }), settingsOf(routes))).toEqual({
      queue: "mail",
      priority: 8,
    });
    expect(destinationOf(call("a", { own }), settingsOf(routes))).toEqual({ queue: "own", priority: 2 });
    expect(destinationOf(call("a"), settingsOf(routes))).toEqual({ queue: "feeds", priority: 4 });
    expect(destinationOf(call("a"), settingsOf(null))).toEqual({ queue: "celery", priority: 0 });
  });

  it("takes from a route only what the call and the task leave open", () => {
    expect(destinationOf(call("a", { options: { queue: "mail" } }), settingsOf(routes))).toEqual({ queue: "mail", priority: 4 });
    expect(destinationOf(call("a", { options: { priority: 0 } }), settingsOf(routes))).toEqual({ queue: "feeds", priority: 0 });
    expect(destinationOf(call("a", { own: { queue: "own" } }), settingsOf(routes))).toEqual({ queue: "own", priority: 4 });
  });

  it("inherits the parent's priority when that is on and nothing nearer gives one", () => {
    const child = call("a", { parentPriority: 6 });
    const priority = (asked: Asked, changes: Partial<RoutingSettings>) => destinationOf(asked, settingsOf(null, changes));
    expect(priority(child, {})).toMatchObject({ priority: 0 });
    expect(priority(child, { taskInheritParentPriority: true })).toMatchObject({ priority: 6 });
    expect(priority(child, { taskInheritParentPriority: true, taskDefaultPriority: 3 })).toMatchObject({ priority: 6 });
    expect(priority(child, { taskDefaultPriority: 3 })).toMatchObject({ priority: 3 });
    expect(priority({ ...child, own }, { taskInheritParentPriority: true })).toMatchObject({ priority: 2 });
  });

  it("counts a priority above task_queue_max_priority as that", () => {
    const settings = settingsOf(null, { taskQueueMaxPriority: 5 });
    expect(destinationOf(call("a", { options: { priority: 9 } }), settings)).toMatchObject({ priority: 5 });
    expect(destinationOf(call("a", { options: { priority: 3 } }), settings)).toMatchObject({ priority: 3 });
  });

  it("refuses a queue that nobody named, with the nearest, unless missing ones are created", () => {
    const asked = call("a", { options: { queue: "fedes" } });
    expect(destinationOf(asked, settingsOf(null))).toEqual({
      faults: [{ path: "queue", message: "no queue is named 'fedes'; did you mean 'feeds'?" }],
    });
    expect(destinationOf(asked, settingsOf(null, { taskCreateMissingQueues: true }))).toMatchObject({ queue: "fedes" });
  });

  it("tells all that is wrong at once", () => {
    const answer = destinationOf(call("a", { options: { queue: 3, priority: 10 } }), settingsOf(null));
    expect(answer).toEqual({
      faults: [
        { path: "queue", message: "expected the name of a queue (1 to 255 characters, none a control character), got the number 3" },
        { path: "priority", message: "expected a whole number from 0 to 9 (9 first), got the number 10" },
      ],
    });
  });

  it("refuses what a router answers that is no route", () => {
    const broken = [async () => "mail", () => 3] as never[];
    for (const router of broken) {
      expect(destinationOf(call("a"), { ...settingsOf(null), taskRoutes: [router] })).toHaveProperty("faults[0].path", "task_routes");
    }
    const far = { ...settingsOf(null), taskRoutes: [() => ({ queue: "mial", priority: 11 })] };
    expect(destinationOf(call("a"), far)).toHaveProperty("faults.length", 2);
  });

  it("always is a queue that exists and a priority from 0 to 9, or faults", () => {
    const queue = fc.option(fc.constantFrom("celery", "mail", "nowhere", ""), { nil: undefined });
    const priority = fc.option(fc.integer({ min: -1, max: 10 }), { nil: undefined });
    const route = fc.record({ queue, priority });
    fc.assert(
      fc.property(route, route, route, priority, fc.boolean(), (options, routed, own, parentPriority, inherit) => {
        const settings = { ...settingsOf(null), taskRoutes: [() => routed], taskInheritParentPriority: inherit };
        const found = destinationOf(call("a", { options, own, parentPriority }), settings);
        const wanted = options.queue ?? own.queue ?? routed.queue ?? "celery";
        const first = options.priority ?? own.priority ?? routed.priority ?? (inherit ? parentPriority : undefined) ?? 0;
        const fits = settings.taskQueues.includes(wanted) && first >= 0 && first <= 9;
        if (fits) expect(found).toEqual({ queue: wanted, priority: first });
        else expect(found).toHaveProperty("faults");
      }),
    );
  });
});
