import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../simulate/random.ts";
import { Clients } from "./clients.ts";
import { Inspector } from "./inspector.ts";
import { Ledger } from "./ledger.ts";
import { type Target, Victim } from "./victim.ts";

/** What a torment is to be. */
export interface TormentOptions {
  kills: number;
  /** The same seed gives the same tasks and the same lengths of lives; the machine's own chance remains. */
  seed: number;
  /** Told how far it is after each kill. */
  progress?(report: TormentReport): void;
}

/** What has happened so far. */
export interface TormentReport {
  kills: Record<Target, number>;
  /** Workerd that outlived their Node process, and were ended by the next one. */
  orphans: number;
  /** Kills before the runner was ready. */
  early: number;
  accepted: number;
  finished: number;
  /** Starts that tasks have noted, and the highest attempt among them. */
  starts: number;
  mostAttempts: number;
  leasesLost: number;
  resent: number;
  repeated: number;
  unanswered: number;
  /** What is broken, in words; empty when all is well. */
  broken: string[];
}

const TARGETS: readonly Target[] = ["group", "node", "workerd"];
/** So often the runner is killed while it starts. */
const EARLY = { chance: 0.1, latest: 2_000 };
/** Lives in milliseconds: some end at once, some outlive a lease. */
const LIVES = [
  [0, 300],
  [300, 1_300],
  [300, 1_300],
  [300, 1_300],
  [2_000, 3_500],
] as const;
/** When the last kill is over, all tasks must end within this time. */
const PATIENCE_MILLISECONDS = 180_000;

/**
 * Kills the local runner under load again and again, and checks the invariants that a client and a task can see: whoever was given an id
 * has one task that reaches one end, with its own value, which never changes; each attempt is started once, and there are no more of them
 * than leases may have been lost.
 */
export async function torment({ kills: most, seed, progress }: TormentOptions): Promise<TormentReport> {
  let early = 0;
  let orphans = 0;
  let kills = 0;
  const random = new Random(seed);
  const ledger = new Ledger();
  const victim = new Victim((line) => {
    if (line.includes("lost its lease")) ledger.leasesLost += 1;
    // With Node alone killed, workerd serves on until the next runner ends it: that is when its consumers die.
    if (line.includes("Ended workerd")) {
      orphans += 1;
      ledger.deaths += 1;
    }
  });
  const url = () => victim.url;
  const clients = new Clients({ random: new Random(seed + 1), ledger, url });
  const inspector = new Inspector({ random: new Random(seed + 2), ledger, url });
  const killed: Record<Target, number> = { group: 0, node: 0, workerd: 0 };

  function report(): TormentReport {
    const { accepted, finished, starts, mostAttempts, leasesLost, broken } = ledger;
    const { resent, repeated, unanswered } = clients;
    return { kills: killed, orphans, early, accepted, finished, starts, mostAttempts, leasesLost, resent, repeated, unanswered, broken };
  }

  async function kill(target: Target): Promise<void> {
    kills += 1;
    killed[target] += 1;
    if (target !== "node") ledger.deaths += 1;
    await victim.kill(target);
  }

  try {
    let up = false;
    clients.start();
    while (kills < most) {
      const target = TARGETS[kills % TARGETS.length] ?? "group";
      if (!up) {
        const { ready } = victim.start();
        if (target !== "workerd" && random.chance(EARLY.chance)) {
          await Promise.race([ready, sleep(random.between(0, EARLY.latest))]);
          early += 1;
          await kill(target);
          await ready;
          continue;
        }
        await ready;
      }
      const looking = inspector.look();
      const [least, most] = random.pick(LIVES);
      await sleep(random.between(least, most));
      await kill(target);
      up = target === "workerd";
      await looking;
      progress?.(report());
      if (ledger.broken.length > 0) break;
    }
    if (!up) await victim.start().ready;
    await clients.stop();
    await inspector.finish(PATIENCE_MILLISECONDS);
    return report();
  } finally {
    victim.end();
  }
}
