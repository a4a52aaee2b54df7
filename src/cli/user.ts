/** Becoming another user, as `--user` asks: for a server that was started as root. */
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { got } from "../errors.ts";

const USERS = "/etc/passwd";

/** Why this process cannot become that user, or undefined where it can. */
export function whyNotUser(name: string): string | undefined {
  const ids = idsOf(name);
  if (ids === undefined) return `this machine has no user ${got(name)}`;
  if (process.getuid?.() === ids.uid) return undefined;
  // Deno has no initgroups(): root's groups would stay.
  if ((process as Partial<UserCalls>).initgroups === undefined) {
    return `this runtime cannot become ${got(name)}, start it as that user`;
  }
  return process.getuid?.() === 0 ? undefined : `only root can become ${got(name)}`;
}

/** Takes that user's rights, and no other. */
export function becomeUser(name: string): void {
  const { user, uid, gid } = idsOf(name)!;
  if (process.getuid?.() === uid) return;
  const { initgroups, setgid, setuid } = process as unknown as UserCalls;
  // In this order: afterwards this process may change nothing.
  initgroups(user, gid);
  setgid(gid);
  setuid(uid);
}

/** Calls that not every runtime has. */
interface UserCalls {
  initgroups(user: string, gid: number): void;
  setgid(gid: number): void;
  setuid(uid: number): void;
}

/** A line of the list of users. */
interface Ids {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

/** A user by name or by number. */
function idsOf(name: string): Ids | undefined {
  // Where there is no such list, nobody has a name.
  const lines = existsSync(USERS) ? readFileSync(USERS, "utf8").split("\n") : [];
  for (const line of lines) {
    const [user, , uid, gid] = line.split(":");
    if (user === name || uid === name) return { user, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
