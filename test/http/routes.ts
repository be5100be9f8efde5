import { defaultConfig } from "../../src/core/config.ts";
import type { Env } from "../../src/env.ts";
import { apiRoutes, type HttpParts, type Route } from "../../src/http/api.ts";
import { flowerRoutes } from "../../src/http/flower/mount.ts";
import { FakeEvents } from "./fake-events.ts";
import { FakeBroker, idAt } from "./setup.ts";

/** Any parts: the tables are asked for their rows, not run. */
const PARTS: HttpParts = {
  registry: { get: () => undefined, names: () => [] },
  broker: () => new FakeBroker(),
  events: () => new FakeEvents(),
  config: () => defaultConfig,
  clock: { now: () => 0 },
};

/** The table of the API's routes. */
export const ROUTES: readonly Route[] = apiRoutes(PARTS);

/** Every route of the door, Flower's too. */
export const ALL_ROUTES: ReadonlyArray<Pick<Route, "method" | "path" | "access">> = [...ROUTES, ...flowerRoutes(PARTS)];

/** A path that leads to the route: its parts filled in. */
export function pathOf({ path }: { path: string }): string {
  const filled: Readonly<Record<string, string>> = { id: idAt(0), queue: "celery", name: "tasks.any" };
  return path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_, part: string) => filled[part] ?? "any");
}

const unknown = async () => ({ ok: false, code: "unknown_schedule", message: "There is none.", faults: [] });

/** A beat without entries, as a binding: the door asks it for these only. */
export const NO_ENTRIES = {
  BEAT: {
    getByName: () => ({
      schedules: async () => [],
      schedulesPart: async () => ({ entries: [], cursor: null }),
      schedule: unknown,
      putSchedule: unknown,
      deleteSchedule: unknown,
      enableSchedule: unknown,
      runSchedule: unknown,
    }),
  },
} as unknown as Pick<Env, "BEAT">;
