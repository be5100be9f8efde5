import type { Config } from "../../src/core/config.ts";
import type { Ledger } from "./ledger.ts";
import type { Network } from "./network.ts";
import { newClient } from "./new-client.ts";
import { Process } from "./process.ts";
import type { World } from "./world.ts";

/** What revokers are put together with. */
export interface RevokersParts {
  world: World;
  config: Config;
  network: Network;
  ledger: Ledger;
  /** Is told when a task that runs was flagged. */
  flagged(): void;
}

/** Those who revoke tasks of others, one or several at once, some with terminate. */
export class Revokers {
  readonly #parts: RevokersParts;
  readonly #process = new Process("revoker");

  constructor(parts: RevokersParts) {
    this.#parts = parts;
  }

  /** Plans so many revokes in the next `span` milliseconds. */
  plan(count: number, span: number): void {
    const { world } = this.#parts;
    for (let index = 0; index < count; index++) world.schedule(world.random.between(0, span), this.#process, () => this.#revokeAny());
  }

  /** Revokes these, `milliseconds` from now. */
  revokeIn(milliseconds: number, ids: readonly string[], terminate: boolean): void {
    this.#parts.world.schedule(milliseconds, this.#process, () => this.#revoke(ids, terminate));
  }

  #revokeAny(): void {
    const { world, ledger } = this.#parts;
    const { random } = world;
    // What was accepted just now most likely waits or runs.
    const tasks = ledger.accepted().slice(-8);
    if (tasks.length === 0) return;
    const ids = Array.from({ length: random.between(1, 3) }, () => random.pick(tasks).id);
    this.#revoke(ids, random.chance(0.5));
  }

  #revoke(ids: readonly string[], terminate: boolean): void {
    const { world, ledger, network, config, flagged } = this.#parts;
    for (const id of ids) ledger.revoking(id, terminate);
    world.trace.note(() => `revoker ${terminate ? "terminates" : "revokes"} ${ids.join(" ")}`);
    newClient({ world, network, process: this.#process, shards: config.brokerShards })
      .revoke(ids, { terminate })
      .then(
        (answers) => {
          for (const [index, id] of ids.entries()) ledger.revoked(id, answers[index] ?? "unknown");
          if (answers.includes("flagged")) flagged();
        },
        // Whether it was done is open.
        () => {},
      );
  }
}
