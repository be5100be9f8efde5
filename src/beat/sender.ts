import type { BrokerClient, Refused } from "../broker/api.ts";
import type { Clock } from "../clock.ts";
import type { Call } from "../core/call.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import type { Config } from "../core/config.ts";
import type { ScheduleEntry } from "../core/schedule/entry.ts";
import { composeEntry, composeEntryCanvas } from "../core/schedule/entry.ts";
import type { TaskDefinition, TaskRegistry } from "../core/task-definition.ts";
import type { Log } from "../log.ts";
import { nextLook } from "./entries.ts";
import type { EntryRow } from "./entry-row.ts";
import type { BeatStore } from "./store.ts";
import { entryTaskId } from "./task-id.ts";

/** An entry with an instant that is written down and not confirmed. */
export interface Pending {
  entry: ScheduleEntry;
  row: EntryRow;
  instant: number;
}

/** How long the broker's answer is waited for, in milliseconds. Sending again does no harm; waiting for ever would stop every entry. */
const PATIENCE = 30_000;

/** What a sending needs. */
export interface SenderParts {
  store: BeatStore;
  registry: TaskRegistry<TaskDefinition>;
  config: Config;
  broker: BrokerClient;
  clock: Clock;
  log: Log;
}

/**
 * Sends what is pending, all in one submit if there is room for all of it, and confirms it; else as much as there is room for. An entry
 * that can never be sent for this instant (it does not fit its task, or the broker refuses it for good) is given up with an error
 * line, and the others go without it.
 * @throws what the broker throws, and Error when it has no room or does not answer in 30 seconds: what was not
 * confirmed then stays pending.
 */
export async function sendPending(pending: Pending[], parts: SenderParts): Promise<void> {
  const calls: { call: Call; of: Pending }[] = [];
  for (const of of pending) {
    if (of.entry.canvas !== undefined) {
      await startCanvas(of, of.entry.canvas, parts);
      continue;
    }
    const call = await compose(of, parts);
    if (call) calls.push({ call, of });
  }
  for (let size = calls.length; calls.length > 0; ) {
    const batch = calls.slice(0, size);
    const answer = await inTime(parts.broker.submit(batch.map(({ call }) => call)));
    if (answer.ok) {
      for (const { call, of } of calls.splice(0, size)) confirm(of, call.taskId ?? "", parts);
    } else if (isShortOfRoom(answer) && batch.length > 1) {
      size = Math.ceil(batch.length / 2);
    } else {
      const [refused] = answer.code === "backlog_full" ? [] : calls.splice(answer.index, 1);
      if (!refused) throw new Error(`the broker took nothing (${answer.code}): ${answer.message}`);
      giveUp(refused.of, `${answer.code}: ${answer.message}`, parts);
    }
  }
}

/** Refused for how many there are, perhaps: fewer may be taken. */
function isShortOfRoom({ code }: Pick<Refused, "code">): boolean {
  return code === "backlog_full" || code === "too_large";
}

/** A canvas goes alone: it is accepted whole, on pages of its own. */
async function startCanvas(of: Pending, canvas: SignatureJson, parts: SenderParts): Promise<void> {
  const { config, registry, clock } = parts;
  const taskId = await entryTaskId(of.entry.name, of.instant);
  let workflow: Workflow;
  try {
    workflow = await composeEntryCanvas(canvas, of.entry, { registry, config, now: clock.now(), taskId });
  } catch (error) {
    giveUp(of, error instanceof Error ? error.message : String(error), parts);
    return;
  }
  const answer = await inTime(parts.broker.start(workflow));
  if (answer.ok) confirm(of, taskId, parts);
  else if (answer.code === "backlog_full") throw new Error(`the broker took nothing (${answer.code}): ${answer.message}`);
  else giveUp(of, `${answer.code}: ${answer.message}`, parts);
}

function confirm({ entry, row }: Pending, taskId: string, { store, clock }: SenderParts): void {
  const at = clock.now();
  store.confirm(row, { at, taskId, nextAt: nextLook(entry, { ...row, pending: null }, at) });
}

/** @throws Error when the broker does not answer in time. */
async function inTime<T>(asking: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the broker did not answer in ${PATIENCE / 1000} seconds`)), PATIENCE);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([asking, silence]);
  } finally {
    stop();
  }
}

async function compose(of: Pending, parts: SenderParts): Promise<Call | undefined> {
  const { entry, instant } = of;
  const taskId = await entryTaskId(entry.name, instant);
  try {
    const definition = parts.registry.get(entry.task);
    if (!definition) throw new Error(`no task is registered under the name '${entry.task}'`);
    return await composeEntry(entry, definition, { config: parts.config, now: parts.clock.now(), taskId });
  } catch (error) {
    giveUp(of, error instanceof Error ? error.message : String(error), parts);
    return undefined;
  }
}

function giveUp({ entry, row, instant }: Pending, why: string, parts: SenderParts): void {
  parts.store.giveUp(row, nextLook(entry, { ...row, pending: null }, parts.clock.now()));
  parts.log.error(`Scheduler: ${entry.name} (${entry.task}) is not sent for ${new Date(instant).toISOString()}: ${why}`);
}
