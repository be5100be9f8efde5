import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRunning, markProcess } from "../../src/runner/process-table.ts";
import { lockState } from "../../src/runner/state-lock.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "celeriac-lock-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the lock on a state folder", () => {
  it("is held by one, named to the next in one line, and free again after", async () => {
    const first = await lockState(folder);
    await expect(lockState(folder)).rejects.toThrow(`is in use by another runner (pid ${process.pid}): stop that one, or choose`);
    first.release();
    (await lockState(folder)).release();
  });

  it("ends a workerd that outlived its runner", async () => {
    const orphan = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const exit = once(orphan, "exit");
    leaveBehind({ node: { pid: 1, started: "never" }, workerd: markProcess(orphan.pid ?? 0) });
    const lock = await lockState(folder);
    expect(lock.notice).toContain(`Ended workerd (pid ${orphan.pid})`);
    expect((await exit)[1]).toBe("SIGKILL");
    lock.release();
  });

  it("spares a process that got the orphan's pid later", async () => {
    leaveBehind({ node: { pid: 1, started: "never" }, workerd: { pid: process.pid, started: "another time" } });
    const lock = await lockState(folder);
    expect(lock.notice).toBeUndefined();
    lock.release();
  });

  it("takes a folder whose notes are broken", async () => {
    writeFileSync(join(folder, "runner.json"), '{"node":');
    (await lockState(folder)).release();
  });

  it("says in one line that a folder cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(lockState(join(folder, "file", "state"))).rejects.toThrow(/^cannot use the state folder [^\n]+$/);
  });
});

describe("a process mark", () => {
  it("knows a running process from an ended one", async () => {
    const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
    const mark = markProcess(process.pid);
    expect(mark !== undefined && isRunning(mark)).toBe(true);
    await once(child, "exit");
    expect(markProcess(child.pid ?? 0)).toBeUndefined();
  });
});

function leaveBehind(owner: unknown): void {
  writeFileSync(join(folder, "runner.json"), JSON.stringify(owner));
}
