import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

/** Every kind of fault, and how likely it strikes at most where it can. */
const MOST = {
  "bell lost": 0.3,
  "bell doubled": 0.3,
  "bell late": 0.3,
  "bell not sent": 0.2,
  "consumer dies before its claim": 0.1,
  "consumer dies in its claim": 0.1,
  "consumer dies in a task": 0.05,
  "consumer dies before a report": 0.1,
  "consumer dies after a report": 0.1,
  "consumer hangs": 0.03,
  "consumer dies": 0,
  "request lost": 0.1,
  "request late": 0.08,
  "request overtaken": 0.08,
  "connection broken": 0.1,
  "leader gone": 0.1,
  "answer lost": 0.1,
  "answer late": 0.05,
  "object overloaded": 0.05,
  "object reset in a commit": 0.05,
  "storage fails": 0.02,
  "disk slow": 0.05,
  "alarm late": 0.3,
  "alarm repeated": 0.2,
  "tick missed": 0.5,
  // Struck by the history's plan, not where calls pass.
  "object reset": 0,
  "object evicted": 0,
  deploy: 0,
  "clock jumps": 0,
  "shards change": 0,
} as const;

export type FaultKind = keyof typeof MOST;

/** What can strike without a lease being lost: each such call is made again, in time. */
const STEADY: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "bell lost",
  "bell doubled",
  "bell late",
  "bell not sent",
  "request lost",
  "connection broken",
  "leader gone",
  "answer lost",
  "object reset in a commit",
  "alarm late",
  "alarm repeated",
  "tick missed",
]);

export const FAULT_KINDS = Object.keys(MOST) as FaultKind[];

/** Decides where faults strike, and counts them. Each history has a mixture of its own: about half the kinds, each more or less often. */
export class Faults {
  readonly counts = new Map<FaultKind, number>();
  /** How many have struck. */
  struck = 0;
  /** No more fault from now on. */
  over = false;
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #rates = new Map<FaultKind, number>();

  /** @param steady strike with nothing that loses a lease */
  constructor(random: Random, trace: Trace, steady: boolean) {
    this.#random = random;
    this.#trace = trace;
    for (const kind of FAULT_KINDS) {
      const rate = random.chance(0.5) ? random.next() * MOST[kind] : 0;
      this.#rates.set(kind, steady && !STEADY.has(kind) ? 0 : rate);
    }
  }

  /** Whether a fault strikes here. */
  strikes(kind: FaultKind, where: string): boolean {
    if (this.over || !this.#random.chance(this.#rates.get(kind) ?? 0)) return false;
    this.count(kind, where);
    return true;
  }

  /** Notes a fault that strikes by plan. */
  count(kind: FaultKind, where: string): void {
    this.struck += 1;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#trace.note(() => `!! ${kind}: ${where}`);
  }
}
