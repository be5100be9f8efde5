import { readdirSync, readFileSync } from "node:fs";

/** What Linux counts CPU time in, whatever the kernel's own clock. */
const MILLISECONDS_PER_TICK = 10;

/** CPU time in milliseconds that the processes called `name` of a process group have used so far; NaN where there is no /proc. */
export function cpuMilliseconds(group: number | undefined, name: string): number {
  try {
    const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    return processes.reduce((sum, pid) => sum + cpuOf(pid, group, name), 0);
  } catch {
    return Number.NaN;
  }
}

function cpuOf(pid: string, group: number | undefined, name: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold spaces; what follows does not.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    if (stat.slice(stat.indexOf("(") + 1, end) !== name || Number(fields[2]) !== group) return 0;
    return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK;
  } catch {
    // It ended while it was being looked at.
    return 0;
  }
}
