import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";

/** What figures depend on. */
export interface Machine {
  cores: number;
  processor: string;
  memoryGigabytes: number;
  node: string;
  workerd: string;
  /** What loads it besides us: the mean number of running processes of the last minute; null where the system does not tell. */
  load: number | null;
}

/** This machine. */
export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    workerd: workerdVersion(),
    load: loadNow(),
  };
}

/** Whether a program can be started; `flag` makes it print something and end. */
export function isInstalled(command: string, flag = "--version"): boolean {
  return spawnSync(command, [flag], { stdio: "ignore" }).error === undefined;
}

function workerdVersion(): string {
  const path = join(import.meta.dirname, "../../node_modules/workerd/package.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
}

function loadNow(): number | null {
  try {
    return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
  } catch {
    return null;
  }
}
