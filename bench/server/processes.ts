/** Job servers in a process of their own, and what memory that process has. */
import { spawn } from "node:child_process";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { host } from "../../test/_harness/host.ts";
import { residentBytes } from "../memory.ts";
import type { CommandLine } from "../../scripts/suite/programs.ts";
import {
  gearmandStart,
  isGearmand,
  type ServerName,
  serverProgram,
  untilItListens,
} from "../jobs/server.ts";

/** File descriptors that a server may have; the system's hard limit must allow it. */
const DESCRIPTORS = 16_384;

/** Where daemons are that an ordinary path leaves out. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/** A server at work. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number;
  /** Resident memory in bytes, once it has stayed the same for a while. */
  memory(): Promise<number>;
}

/** How one is started that is to listen on `port`, or that prints which one it has taken. */
function startOf(name: ServerName, port: number): { command: CommandLine; env: NodeJS.ProcessEnv } {
  if (!isGearmand(name)) return { command: serverProgram(name), env: {} };
  const { args, env } = gearmandStart(name, "127.0.0.1", port);
  return { command: ["gearmand", ...args], env };
}

/** Starts one, and waits until it listens. */
export async function startProcess(name: ServerName): Promise<ServerProcess> {
  const freePort = await host.freePort();
  const { command, env } = startOf(name, freePort);
  // The shell becomes the server: its number is the server's.
  const child = spawn(
    "/bin/sh",
    ["-c", `ulimit -n ${DESCRIPTORS} && exec "$@"`, "sh", ...command],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env, PATH },
    },
  );
  const gone = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const port = isGearmand(name) ? freePort : await printedPort(child.stdout);
  await untilItListens({ host: "127.0.0.1", port });
  return {
    port,
    memory: () => settledMemory(child.pid!),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill();
      await gone;
    },
  };
}

async function printedPort(output: AsyncIterable<Uint8Array>): Promise<number> {
  for await (const chunk of output) return Number(new TextDecoder().decode(chunk));
  throw new Error("Expected the server to print its port, it ended");
}

/** Bytes that count as the same. */
const STEADY = 256 * 1024;

async function settledMemory(pid: number): Promise<number> {
  let before = -Infinity;
  for (let steady = 0; steady < 3;) {
    await setTimeout(1000);
    const now = residentBytes(pid) ?? 0;
    steady = Math.abs(now - before) <= STEADY ? steady + 1 : 0;
    before = now;
  }
  return before;
}
