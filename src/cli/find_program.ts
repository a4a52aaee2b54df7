/** Whether a program is there, to be asked before there are jobs for it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { got } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

/** Throws a {@linkcode UsageError} where no program of that name can be started with these variables. */
export function checkProgram(
  program: string,
  { PATH }: Readonly<Record<string, string | undefined>>,
): void {
  // Windows tries endings of its own; and without PATH every system looks where it likes.
  if (process.platform === "win32" || PATH === undefined) return;
  const isPath = program.includes("/");
  const places = isPath ? [program] : PATH.split(":").map((folder) => join(folder, program));
  if (places.some(canBeRun)) return;
  const where = isPath ? "there is none" : "no folder of PATH has it";
  const hint = /\s/.test(program) ? "; --shell has sh run a line" : "";
  throw new UsageError(`Expected a program that can be run, got ${got(program)}: ${where}${hint}`);
}

/** Whether somebody may run it: whether we may, Deno would tell only to programs that may know who we are. */
function canBeRun(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isFile() && (found.mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
