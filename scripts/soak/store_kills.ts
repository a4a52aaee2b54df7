/** `store`: a job server with a store is killed 200 times under load; nothing acknowledged is lost. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { dial } from "../../src/sockets/node.ts";
import { killUnderLoad, type StoredServers } from "../../test/server/kill_store_play.ts";
import { buildNpm } from "../npm_package.ts";
import { runtimeProgram } from "../suite/plan.ts";
import type { SoakProgram } from "./program.ts";

const KILLS = 200;

/** `geartrain serve` of the built package, on the current Node: the machine's may have no SQLite. */
class ServedStore implements StoredServers {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly #port: number;
  readonly #path: string;
  readonly #tell: (line: string) => void;
  #child: ChildProcess | undefined;
  #starts = 0;

  constructor(port: number, path: string, tell: (line: string) => void) {
    this.addresses = [{ host: "127.0.0.1", port }];
    this.#port = port;
    this.#path = path;
    this.#tell = tell;
  }

  async start(): Promise<void> {
    if (++this.#starts % 20 === 0) this.#tell(`start ${this.#starts}`);
    const flags = [`--port=${this.#port}`, `--store=${this.#path}`, "--results-ttl=3600"];
    const child = spawn(runtimeProgram("node"), ["dist/src/cli/main.js", "serve", ...flags], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child = child;
    for await (const line of createInterface(child.stderr!)) {
      if (line.includes("Listening")) return;
      if (line.includes("FATAL")) throw new Error(`Expected a server, got ${line}`);
    }
    throw new Error("Expected a server, it ended");
  }

  async kill(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address!.port : 0));
    });
  });
}

/** Kills a server with a store. */
export const store: SoakProgram = {
  about: `kills a job server with a store ${KILLS} times under load; no acknowledged job is lost`,
  async run({ random, tell }) {
    await buildNpm();
    const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
    const server = new ServedStore(await freePort(), join(folder, "jobs.db"), tell);
    try {
      return { kills: KILLS, ...await killUnderLoad(server, KILLS, random, dial) };
    } finally {
      await server.kill();
      rmSync(folder, { recursive: true });
    }
  },
};
