import { Hono } from "hono";
import type { Env } from "../env.ts";
import type { Guard } from "./parts.ts";
import { Problem } from "./problem.ts";

const HOME = "/dashboard/";

/**
 * Mounts `/dashboard`, which leads to `/dashboard/`, and what lies there. On the platform these files are answered before the Worker is run (`[assets]` of wrangler.toml), and what comes here is
 * none of them; at the local runner they are asked for over a binding. They are public: a shell without data.
 */
export function mountDashboard(http: Hono<{ Bindings: Env }>, guarded: Guard): void {
  http.get("/dashboard", (c) => c.redirect(HOME));
  http.get(
    `${HOME}*`,
    guarded("public", async (c) => {
      if (c.env.CELERIAC_ASSETS !== undefined) return c.env.CELERIAC_ASSETS.fetch(c.req.raw);
      const how =
        "its files come with `[assets]` in wrangler.toml, `directory` being that of the package: node_modules/celeriac/dist/assets";
      throw new Problem("not_found", `${c.req.path} is no file of the dashboard; ${how}.`);
    }),
  );
}

/** The HTTP API as a deployment serves it that has no routes of its own: `GET /` leads to the dashboard. */
export function withFrontDoor(http: Hono<{ Bindings: Env }>): Hono<{ Bindings: Env }> {
  const front = new Hono<{ Bindings: Env }>();
  front.get("/", (c) => c.redirect(HOME));
  return front.route("/", http);
}
