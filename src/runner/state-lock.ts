import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { endProcess, isRunning, markProcess, type ProcessMark } from "./process-table.ts";
import { messageOf, RunnerError } from "./runner-error.ts";

/** The right to use a state folder. One at a time: two workerd on the same SQLite files would be two brokers on one book. */
export interface StateLock {
  /** What was found and done at taking it, worth a line in the log. */
  readonly notice?: string;
  /** Writes down the workerd that now uses the folder, so that the next runner can end it should this process be killed. */
  adopt(workerdPid: number): void;
  /** Gives the folder free. The workerd must have ended before. */
  release(): void;
}

interface Owner {
  node: ProcessMark;
  workerd?: ProcessMark;
}

/**
 * Takes the folder, making it where it is missing. The lock itself is SQLite's exclusive lock on the file `lock`, which the system gives
 * free when the process dies, however it dies; beside it `runner.json` names the processes. A workerd that outlived its runner (only that
 * one was killed) is ended, and waited for.
 * @throws RunnerError when another runner has the folder, when the orphan cannot be ended, or when the folder cannot be made.
 */
export async function lockState(folder: string): Promise<StateLock> {
  const file = join(folder, "runner.json");
  const lock = takeLock(folder, file);
  try {
    const orphan = readOwner(file)?.workerd;
    const notice = orphan === undefined ? undefined : await endOrphan(orphan, folder);
    const node = markProcess(process.pid) ?? { pid: process.pid, started: "" };
    write(file, { node });
    return {
      ...(notice === undefined ? {} : { notice }),
      adopt(workerdPid) {
        const workerd = markProcess(workerdPid);
        if (workerd !== undefined) write(file, { node, workerd });
      },
      release() {
        rmSync(file, { force: true });
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function takeLock(folder: string, file: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    lock = new DatabaseSync(join(folder, "lock"), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw new RunnerError(`cannot use the state folder ${folder}: ${messageOf(error)}`);
    const owner = readOwner(file);
    const who = owner === undefined ? "" : ` (pid ${owner.node.pid})`;
    throw new RunnerError(
      `the state folder ${folder} is in use by another runner${who}: stop that one, or choose another folder with --state`,
    );
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

async function endOrphan(orphan: ProcessMark, folder: string): Promise<string | undefined> {
  if (!isRunning(orphan)) return undefined;
  if (!(await endProcess(orphan))) {
    throw new RunnerError(
      `workerd (pid ${orphan.pid}), left over from a killed runner, still uses ${folder} and cannot be ended: end it first`,
    );
  }
  return `Ended workerd (pid ${orphan.pid}), which a killed runner had left behind on this state.`;
}

function write(file: string, owner: Owner): void {
  // A kill between truncating and writing would lose the name of a running workerd.
  writeFileSync(`${file}.new`, JSON.stringify(owner));
  renameSync(`${file}.new`, file);
}

function readOwner(file: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const node = readMark(value, "node");
    const workerd = readMark(value, "workerd");
    return node === undefined ? undefined : { node, ...(workerd === undefined ? {} : { workerd }) };
  } catch {
    // Absent: the folder is new, or its last runner ended well.
    return undefined;
  }
}

function readMark(value: unknown, key: string): ProcessMark | undefined {
  const mark: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof mark !== "object" || mark === null || !("pid" in mark) || !("started" in mark)) return undefined;
  return typeof mark.pid === "number" && typeof mark.started === "string" ? { pid: mark.pid, started: mark.started } : undefined;
}
