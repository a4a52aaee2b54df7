/** What memory a process has, as Linux tells it. */
import { readFileSync } from "node:fs";

/** Resident bytes of a process; undefined where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    // Linux counts in KiB.
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  } catch {
    return undefined;
  }
}
