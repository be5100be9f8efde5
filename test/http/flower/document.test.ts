import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { asking } from "./ask.ts";

const document = readFileSync(fileURLToPath(import.meta.resolve("../../../src/FLOWER.md")), "utf8");
/** The routes of the tables that are not (planned): `POST /api/task/apply/{name}`. */
const routes = document
  .split("\n")
  .filter((line) => line.startsWith("| `") && !line.includes("(planned)"))
  .flatMap((line) =>
    [...(line.split("|")[1] ?? "").matchAll(/`(GET|POST) (\/api\/\S+)`/g)].map(([, method = "", path = ""]) => [method, path] as const),
  );

describe("src/FLOWER.md", () => {
  it.each(routes)("names a route that there is: %s %s", async (method, path) => {
    const { ask } = asking({});
    const answer = await ask(path.replace(/\{[^}]*\}/, "x"), { method });
    // Without a key: a path that is not ours would be 404.
    expect(answer.status).toBe(401);
  });

  it("names every metric that is Flower's", () => {
    for (const metric of [
      "events_total",
      "task_runtime_seconds",
      "task_prefetch_time_seconds",
      "worker_prefetched_tasks",
      "worker_online",
      "worker_number_of_currently_executing_tasks",
    ]) {
      expect(document).toContain(`\`flower_${metric}\``);
    }
  });

  it("has all the routes", () => {
    expect(routes.length).toBe(20);
  });
});
