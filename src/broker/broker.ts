import { DurableObject } from "cloudflare:workers";
import { systemClock, systemTimers } from "../clock.ts";
import { readConfig } from "../core/config.ts";
import type { Settings } from "../core/settings.ts";
import { overlay } from "../core/settings.ts";
import type { ShardStats } from "../core/units.ts";
import type { Env } from "../env.ts";
import type {
  AddedToGroup,
  AddToGroup,
  Bell,
  BrokerApi,
  ClaimRequest,
  Forgotten,
  Grant,
  GroupPart,
  GroupRequest,
  HistoryPart,
  HistoryRequest,
  InspectPart,
  InspectRequest,
  JobPart,
  JobRequest,
  Known,
  LimitRequest,
  NamesAnswer,
  NamesRequest,
  NewestPart,
  NewestRequest,
  News,
  NewsRequest,
  NoCanvas,
  PurgeRequest,
  Repeatable,
  ReportRequest,
  Rerun,
  RerunRequest,
  RevokedSlice,
  RevokeRequest,
  RevokeStampsRequest,
  RevokeWhereRequest,
  ShardLookup,
  ShardRevocation,
  StateUpdate,
  Submission,
  SubmitAnswer,
  TimeLimitRequest,
  TreePart,
  TreeRequest,
} from "./api.ts";
import { shardStub } from "./client.ts";
import type { EventApi, EventsPart, EventsRequest } from "./event-api.ts";
import { Shard } from "./shard.ts";
import { sendBells } from "./transports.ts";

/** The broker: a Durable Object, one for each shard, named `shard-0`, `shard-1`, … What it does is in `Shard`. */
export class Broker extends DurableObject<Env> implements BrokerApi, EventApi {
  readonly #shard: Shard;

  /** @param conf the settings in code (`brokerClass`) */
  constructor(ctx: DurableObjectState, env: Env, conf: Settings = {}) {
    super(ctx, env);
    const { storage } = ctx;
    const { config } = readConfig(overlay(conf, env.celeryconfig));
    this.#shard = new Shard({
      shard: Number(ctx.id.name?.split("-")[1] ?? 0),
      config,
      sql: storage.sql,
      alarm: storage,
      transaction: (work) => storage.transactionSync(work),
      sync: () => storage.sync(),
      abort: (reason) => ctx.abort(reason),
      send: (bells) => sendBells(bells, env, config),
      express: expressLane(ctx),
      peer: (shard) => shardStub(env, shard),
      random: (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
      clock: systemClock,
      timers: systemTimers,
    });
    ctx.blockConcurrencyWhile(() => this.#shard.recover());
  }

  submit(submission: Submission): Promise<SubmitAnswer> {
    return this.#shard.submit(submission);
  }

  submitTogether(submissions: Submission[]): Promise<SubmitAnswer[]> {
    return this.#shard.submitTogether(submissions);
  }

  names(request: NamesRequest): Promise<NamesAnswer> {
    return this.#shard.names(request);
  }

  claim(request: Repeatable<ClaimRequest>): Promise<Grant> {
    return this.#shard.claim(request);
  }

  report(request: Repeatable<ReportRequest>): Promise<Grant> {
    return this.#shard.report(request);
  }

  news(request: NewsRequest): Promise<News> {
    return this.#shard.news(request);
  }

  revoke(request: RevokeRequest): Promise<ShardRevocation[]> {
    return this.#shard.revoke(request);
  }

  revokeWhere(request: RevokeWhereRequest): Promise<RevokedSlice> {
    return this.#shard.revokeWhere(request);
  }

  revokeStamps(request: RevokeStampsRequest): Promise<RevokedSlice> {
    return this.#shard.revokeStamps(request);
  }

  purge(request: PurgeRequest): Promise<RevokedSlice> {
    return this.#shard.purge(request);
  }

  update(request: StateUpdate): Promise<{ held: boolean }> {
    return this.#shard.update(request);
  }

  forget(id: string): Promise<Forgotten> {
    return this.#shard.forget(id);
  }

  result(id: string, waitSeconds: number): Promise<ShardLookup> {
    return this.#shard.result(id, waitSeconds);
  }

  results(ids: string[]): Promise<ShardLookup[]> {
    return this.#shard.results(ids);
  }

  tree(request: TreeRequest): Promise<TreePart | NoCanvas> {
    return this.#shard.canvases.tree(request);
  }

  group(request: GroupRequest): Promise<GroupPart | NoCanvas> {
    return this.#shard.canvases.group(request);
  }

  addToGroup(request: Repeatable<AddToGroup>): Promise<AddedToGroup> {
    return this.#shard.canvases.addToGroup(request);
  }

  newest(request: NewestRequest): Promise<NewestPart> {
    return this.#shard.looks.newest(request);
  }

  startJob(request: JobRequest): Promise<JobPart> {
    return this.#shard.looks.startJob(request);
  }

  job(id: string): Promise<JobPart> {
    return this.#shard.looks.job(id);
  }

  rerun(request: RerunRequest): Promise<Rerun> {
    return this.#shard.looks.rerun(request);
  }

  inspect(request: InspectRequest): Promise<InspectPart> {
    return this.#shard.looks.inspect(request);
  }

  history(request: HistoryRequest): Promise<HistoryPart> {
    return this.#shard.looks.history(request);
  }

  events(request: EventsRequest): Promise<EventsPart> {
    return this.#shard.events.events(request);
  }

  sweep(known?: Known): Promise<Known> {
    return this.#shard.sweep(known);
  }

  pause(queue: string, nonce: string): Promise<Known> {
    return this.#shard.steering.pause(queue, nonce);
  }

  resume(queue: string, nonce: string): Promise<Known> {
    return this.#shard.steering.resume(queue, nonce);
  }

  limit(request: Repeatable<LimitRequest>): Promise<Known> {
    return this.#shard.steering.limit(request);
  }

  timeLimit(request: Repeatable<TimeLimitRequest>): Promise<Known> {
    return this.#shard.steering.timeLimit(request);
  }

  stats(): Promise<ShardStats & Known> {
    return this.#shard.stats();
  }

  override alarm(info?: AlarmInvocationInfo): Promise<void> {
    return this.#shard.alarm(info?.scheduledTime);
  }
}

/** Makes the class of the Broker objects of an app that has settings in code. */
export function brokerClass(conf: Settings): typeof Broker {
  return class extends Broker {
    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env, conf);
    }
  };
}

/** The Worker script's `Express` entrypoint over the loopback binding, if it exports one. */
function expressLane(ctx: DurableObjectState): ((bell: Bell, grant: Grant) => Promise<void>) | undefined {
  const { Express } = ctx.exports as { Express?: { run(bell: Bell, grant: Grant): Promise<void> } };
  return Express === undefined ? undefined : (bell, grant) => Express.run(bell, grant);
}
