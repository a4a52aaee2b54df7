/** The job server of a run: gearmand, or ours on one of its hosts. */
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runtimeProgram } from "../../scripts/suite/plan.ts";
import { type CommandLine, commandOf } from "../../scripts/suite/programs.ts";
import { host } from "../../test/_harness/host.ts";
import { fileOf } from "./contestants.ts";
import { BenchProgram } from "./program.ts";

/**
 * Which job servers there are: gearmand as it comes, and with room; ours on this Node and on other
 * runtimes, and on a Node that knows `node:sqlite`, without a store and with one.
 */
export const SERVERS = [
  "gearmand",
  "roomy",
  "ours",
  "ours-deno",
  "ours-bun",
  "unstored",
  "stored",
] as const;

/** A job server's name. */
export type ServerName = typeof SERVERS[number];

/** Where a job server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A job server at work. */
export interface BenchServer extends AsyncDisposable {
  readonly name: ServerName;
  readonly address: ServerAddress;
}

/** gearmand's settings. */
type GearmandName = "gearmand" | "roomy";

/** Whether a server is gearmand, and not ours. */
export function isGearmand(name: ServerName): name is GearmandName {
  return name === "gearmand" || name === "roomy";
}

/** How gearmand is started. */
export interface GearmandStart {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Bytes of free memory that glibc may keep before it gives any back. */
const KEPT_BYTES = 2 ** 30;

/**
 * gearmand as it comes, but for where it listens and its log: a line for each job. With room, it has
 * buckets enough for its waiting jobs, where it would search lists of a hundred, and keeps freed
 * memory, where it would give it back and ask for it anew, page by page, as chance has it.
 */
export function gearmandStart(name: GearmandName, host: string, port: number): GearmandStart {
  const args = [`--listen=${host}`, `--port=${port}`, "--log-file=stderr"];
  if (name === "gearmand") return { args, env: {} };
  return {
    args: [...args, "--hashtable-buckets=100003"],
    env: { MALLOC_TRIM_THRESHOLD_: String(KEPT_BYTES) },
  };
}

/** How our server is started: on this Node, once prepared, or another runtime. It prints its port. */
export function serverProgram(name: Exclude<ServerName, GearmandName>): CommandLine {
  const program = fileOf("server");
  switch (name) {
    case "ours":
      return commandOf(program, "node");
    case "ours-deno":
      return commandOf(program, "deno");
    case "ours-bun":
      return commandOf(program, "bun");
    case "unstored":
      return commandOf(program, "node", { node: runtimeProgram("node") });
    case "stored":
      return [...commandOf(program, "node", { node: runtimeProgram("node") }), newStore()];
  }
}

/** The path of a store in a folder of its own. */
function newStore(): string {
  return join(mkdtempSync(join(tmpdir(), "geartrain-bench-")), "jobs.db");
}

/** Starts one. */
export async function startServer(name: ServerName): Promise<BenchServer> {
  const loopback = "127.0.0.1";
  if (!isGearmand(name)) {
    const program = new BenchProgram(serverProgram(name));
    const address = { host: loopback, port: Number(await program.line()) };
    return { name, address, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
  }
  const port = await host.freePort();
  const program = await host.start({ run: "gearmand", ...gearmandStart(name, loopback, port) });
  const address = { host: loopback, port };
  await untilItListens(address);
  return { name, address, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** With its log that quiet, gearmand does not say when it listens. */
export async function untilItListens(address: ServerAddress, tries = 1_000): Promise<void> {
  for (let i = 0; i < tries; i++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(address, () => resolve(true));
      socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
    });
    if (isThere) return;
    await setTimeout(50);
  }
  throw new Error(`Expected gearmand to listen on port ${address.port}, it does not`);
}
