import { VIRTUAL_WORKER } from "../../core/virtual-worker.ts";
import { flowerWorker } from "../../core/wire/flower-worker.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { revokedIds } from "../revoked-ids.ts";
import { flowerAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";
import { knownWorker } from "./known-worker.ts";

/** How many tasks of each kind are shown at most. */
const MOST_SHOWN = 1_000;

/**
 * `GET /api/workers` with `workername`, `status` and `refresh`: the deployment's one worker (core/wire/flower-worker.ts), always as it is now, so that `refresh` changes nothing.
 * With `status` only whether it is up: `{"celeriac@edge": true}`. 404 for another worker's name.
 */
export function workers(parts: HttpParts): RouteHandler {
  return async (c) => {
    const query = await FlowerArguments.read(c);
    const wanted = query.text("workername");
    query.flag("refresh", false);
    const name = wanted === undefined || wanted === "" ? VIRTUAL_WORKER : knownWorker(wanted);
    if (query.flag("status", false)) return flowerAnswer(c, JSON.stringify({ [name]: true }));
    const broker = parts.broker(c.env);
    const { looks } = broker;
    const [shards, active, reserved, scheduled, revoked] = await Promise.all([
      broker.stats(),
      looks.inspect("active", MOST_SHOWN),
      looks.inspect("reserved", MOST_SHOWN),
      looks.inspect("scheduled", MOST_SHOWN),
      revokedIds(looks, MOST_SHOWN),
    ]);
    const tasks = { active, reserved, scheduled, revoked };
    const document = flowerWorker({ shards, config: parts.config(c.env), names: parts.registry.names(), now: parts.clock.now(), ...tasks });
    return flowerAnswer(c, JSON.stringify({ [name]: document }));
  };
}
