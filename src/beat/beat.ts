import { DurableObject } from "cloudflare:workers";
import type { BrokerClient } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { checkEntries, type EntriesRead } from "../core/schedule/read-entries.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import { Alarm } from "./alarm.ts";
import type { BeatApi, ScheduleAnswer, SchedulesPart, SchedulesRequest, ScheduleView, Trigger } from "./api.ts";
import { BeatKeeper } from "./keeper.ts";
import { BeatStore } from "./store.ts";

/** What the composition root hands to beat. */
export interface BeatParts {
  registry: TaskRegistry<TaskDefinition>;
  /** Entries that the app adds in code, by name. */
  inCode: Readonly<Record<string, unknown>>;
  /** May throw ImproperlyConfigured: then nothing is sent, and the error is logged. */
  config: (env: Env) => Config;
  broker: (env: Env) => BrokerClient;
  clock: Clock;
  log: (env: Env) => Log;
}

/**
 * Makes the class of the Beat object, Celery's beat: there is one, named `beat` (`wakeBeat`). It reads the entries from the variables
 * whose names begin with `beat_schedule`, sends each due instant exactly once and keeps its own alarm.
 */
export function beatClass(parts: BeatParts): new (ctx: DurableObjectState, env: Env) => Rpc.DurableObjectBranded & BeatApi {
  return class Beat extends DurableObject<Env> implements BeatApi {
    readonly #keeper: BeatKeeper;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const { registry, clock, inCode } = parts;
      // Variables change by a deploy only, which is a new object.
      let read: EntriesRead | undefined;
      this.#keeper = new BeatKeeper({
        store: new BeatStore(ctx.storage.sql),
        alarm: new Alarm(ctx.storage),
        config: () => parts.config(env),
        entries: (config) => (read ??= checkEntries(env, { tasks: registry, config, inCode })),
        registry,
        broker: () => parts.broker(env),
        clock,
        log: parts.log(env),
      });
    }

    tick(trigger?: Trigger): Promise<void> {
      return this.#keeper.tick(trigger);
    }

    schedules(): Promise<ScheduleView[]> {
      return this.#keeper.register((register) => register.list());
    }

    schedulesPart(request: SchedulesRequest): Promise<SchedulesPart> {
      return this.#keeper.register((register) => register.part(request));
    }

    schedule(name: string): Promise<ScheduleAnswer> {
      return this.#keeper.register((register) => register.get(name));
    }

    putSchedule(name: string, definition: string): Promise<ScheduleAnswer & { created?: boolean }> {
      return this.#keeper.change((register) => register.put(name, definition));
    }

    deleteSchedule(name: string): Promise<ScheduleAnswer> {
      return this.#keeper.change((register) => register.remove(name));
    }

    enableSchedule(name: string, enabled: boolean): Promise<ScheduleAnswer> {
      return this.#keeper.change((register) => register.enable(name, enabled));
    }

    runSchedule(name: string): Promise<{ ok: true; taskId: string } | Extract<ScheduleAnswer, { ok: false }>> {
      return this.#keeper.register((register) => register.run(name));
    }

    override alarm(info?: AlarmInvocationInfo): Promise<void> {
      return this.#keeper.alarm(info?.scheduledTime);
    }
  };
}
