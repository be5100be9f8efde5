import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessMark {
  pid: number;
  /** When it started, in the system's own notation; compared, never read. */
  started: string;
}

/** Marks a process; undefined when it is gone. A zombie (dead, not yet reaped) is gone. */
export function markProcess(pid: number): ProcessMark | undefined {
  const started = process.platform === "linux" ? startOnLinux(pid) : startByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Tells whether the very process that was marked still runs. */
export function isRunning(mark: ProcessMark): boolean {
  return markProcess(mark.pid)?.started === mark.started;
}

/**
 * Kills the marked process (SIGKILL) and waits until it is gone.
 * @returns false when it is still there after `patience` milliseconds, or may not be killed.
 */
export async function endProcess(mark: ProcessMark, patience = 5_000): Promise<boolean> {
  const until = performance.now() + patience;
  while (isRunning(mark)) {
    if (performance.now() > until) return false;
    try {
      process.kill(mark.pid, "SIGKILL");
    } catch (error) {
      // Gone in between, or another user's.
      if (error instanceof Error && "code" in error && error.code === "EPERM") return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** Fields 3 (state) and 22 (start, in ticks since boot) of proc_pid_stat(5). The name before them may hold spaces and brackets. */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [state, ...started] = (stdout ?? "").trim().split(/\s+/);
  return state === undefined || state === "" || state.startsWith("Z") ? undefined : started.join(" ");
}
