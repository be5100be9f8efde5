import type { LookApi, NewestPart, NewestRequest } from "./api.ts";
import type { Meter } from "./meter.ts";
import { Newest, type NewestParts } from "./newest.ts";

/** What a desk for lists stands on. */
export interface LookDeskParts extends NewestParts {
  meter: Meter;
}

/** Answers what a shard is asked about many of its tasks. */
export class LookDesk implements LookApi {
  readonly #meter: Meter;
  readonly #newest: Newest;

  constructor(parts: LookDeskParts) {
    this.#meter = parts.meter;
    this.#newest = new Newest(parts);
  }

  newest(request: NewestRequest): Promise<NewestPart> {
    this.#meter.count("workerRequests");
    return this.#meter.call(async () => this.#newest.part(request));
  }
}
