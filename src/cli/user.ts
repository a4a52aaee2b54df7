/** Becoming another user, as `--user` asks: for a server that was started as root. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { got } from "../errors.ts";

/** Takes another user's rights, and no other. Throws where this process may not, or the runtime cannot. */
export function becomeUser(name: string): void {
  const { uid, gid } = idsOf(name);
  if (process.getuid?.() === uid) return;
  const { initgroups, setgid, setuid } = process as Partial<UserCalls>;
  // Deno has no initgroups(): root's groups would stay.
  if (initgroups === undefined || setgid === undefined || setuid === undefined) {
    throw new Error(`Expected a runtime that can become ${got(name)}: start it as that user`);
  }
  // In this order: afterwards this process may change nothing.
  initgroups(name, gid);
  setgid(gid);
  setuid(uid);
}

/** Calls that not every runtime has. */
interface UserCalls {
  initgroups(user: string, gid: number): void;
  setgid(gid: number): void;
  setuid(uid: number): void;
}

/** A user's numbers, by name or by number. */
function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [user, , uid, gid] = line.split(":");
    if (user === name || uid === name) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`Expected --user to name a user of this machine, got ${got(name)}`);
}
