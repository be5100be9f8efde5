import type {
  Aborted,
  Accepted,
  BrokerClient,
  ClaimRequest,
  Forgotten,
  Grant,
  GrantedTask,
  News,
  NewsRequest,
  Refused,
  Renewal,
  ReportRequest,
  StateUpdate,
} from "../../src/broker/api.ts";
import type { Line } from "../../src/core/call.ts";
import type { Lookup, Outcome } from "../../src/core/result.ts";

/** A broker of one queue that hands out what it was given, and remembers what it was asked. */
export class FakeBroker implements BrokerClient {
  get looks(): never {
    throw new Error("not a part of these tests");
  }
  readonly claims: ClaimRequest[] = [];
  readonly reports: ReportRequest[] = [];
  readonly renewals: string[] = [];
  readonly updates: StateUpdate[] = [];
  /** Answers the renewals; may throw or never answer. The answer is held as long as it is asked to be. */
  renewal: () => Promise<Renewal> = async () => ({ held: true, leaseMilliseconds: 15_000 });
  #tell: (aborted: Aborted[]) => void = () => {};
  /** Called before a report is looked at; may throw, wait, or answer in the broker's stead. */
  onReport: (request: ReportRequest) => Promise<Grant | undefined> = async () => undefined;
  /** Called before a claim is looked at. */
  onClaim: () => Promise<void> = async () => {};
  /** Takes tasks for short: it grants as many as a consumer takes. */
  short = false;
  /** The id of the lease that it grants. */
  lease = "lease-1";
  readonly #waiting: GrantedTask[] = [];
  #held = 0;
  #slot = 0;

  /** Puts calls into the queue; answers the ids. */
  add(...lines: (Line | string)[]): string[] {
    return lines.map((line) => {
      const slot = this.#slot++;
      const id = `00000000-0000-8000-8000-${String(slot).padStart(12, "0")}`;
      this.#waiting.push({ page: 1, slot, attempt: 1, id, line: typeof line === "string" ? line : JSON.stringify(line) });
      return id;
    });
  }

  /** Puts a task into the queue as the broker grants it. */
  addGranted(task: GrantedTask): void {
    this.#waiting.push(task);
  }

  /** All outcomes that were accepted, in order. */
  get outcomes(): Outcome[] {
    return this.reports.flatMap((report) => report.outcomes);
  }

  async claim(_shard: number, request: ClaimRequest): Promise<Grant> {
    await this.onClaim();
    this.claims.push(request);
    return this.#grant(this.#sizeFor(request));
  }

  async report(_shard: number, request: ReportRequest): Promise<Grant> {
    const instead = await this.onReport(request);
    this.reports.push(request);
    this.#held -= request.outcomes.length;
    // Nobody is kept waiting for news of a lease that has ended.
    if (this.#held === 0) this.#tell([]);
    return instead ?? this.#grant(this.#sizeFor(request));
  }

  #sizeFor({ room, most = room }: ClaimRequest | ReportRequest): number {
    return this.short ? most : room;
  }

  async news(_shard: number, { lease, waitMilliseconds }: NewsRequest): Promise<News> {
    this.renewals.push(lease);
    const renewal = await this.renewal();
    if (!renewal.held || waitMilliseconds === 0) return { ...renewal, aborted: [] };
    return new Promise((resolve) => {
      const tell = (aborted: Aborted[]) => {
        clearTimeout(timer);
        resolve({ ...renewal, aborted });
      };
      const timer = setTimeout(() => tell([]), waitMilliseconds);
      this.#tell = tell;
    });
  }

  /** Terminates attempts: whoever waits for news hears of it. */
  terminate(aborted: Aborted[]): void {
    this.#tell(aborted);
  }

  async update(_shard: number, request: StateUpdate): Promise<{ held: boolean }> {
    this.updates.push(request);
    return { held: true };
  }

  async forget(): Promise<Forgotten> {
    throw new Error("not a part of these tests");
  }

  async submit(): Promise<Accepted | Refused> {
    throw new Error("not a part of these tests");
  }

  async result(): Promise<Lookup> {
    throw new Error("not a part of these tests");
  }

  async start(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async tree(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async group(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async addToGroup(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async revoke(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async revokeWhere(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async revokeStamps(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async purge(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async sweep(): Promise<void> {}

  async pause(): Promise<void> {}

  async resume(): Promise<void> {}

  async limit(): Promise<void> {}

  async timeLimit(): Promise<void> {}

  async stats(): Promise<[]> {
    return [];
  }

  #grant(room: number): Grant {
    const tasks = this.#waiting.splice(0, room);
    this.#held += tasks.length;
    return { version: 1, lease: this.#held > 0 ? this.lease : null, leaseMilliseconds: 15_000, tasks };
  }
}
