/**
 * Starts programs on this machine, for Deno, Bun and Node alike. In the bundle for workerd,
 * `host_workerd.ts` takes this file's place.
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { PORT_RANGE_SETTING, PORT_RANGES, portOf } from "./ports.ts";
import type { Exit, Host, Program, ProgramName, ProgramSpec, Signal } from "./programs.ts";
import { runtime } from "./runtime.ts";
import { setting } from "./settings.ts";

/** How a program is known to be the right one: what it prints for these arguments. */
const PROBES: Record<ProgramName, { readonly args: readonly string[]; readonly prints: RegExp }> = {
  // Another package's gearmand, in Perl, answers with another line.
  gearmand: { args: ["--version"], prints: /^gearmand \d+\.\d+/m },
  gearman: { args: ["-H"], prints: /gearman/i },
  gearadmin: { args: ["--help"], prints: /--server-version/ },
  php: { args: ["-r", "echo phpversion('gearman');"], prints: /^\d/ },
  perl: { args: ["-MGearman::Client", "-e", "print 1"], prints: /^1/ },
  stunnel: { args: ["-version"], prints: /stunnel \d/ },
  openssl: { args: ["version"], prints: /SSL/ },
};

/** Where daemons are that an ordinary path leaves out. */
const DAEMON_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/local/bin"];

const found = new Map<ProgramName, string | undefined>();

/** The path of a program that answers as it should. */
function find(name: ProgramName): string | undefined {
  if (!found.has(name)) {
    const { args, prints } = PROBES[name];
    const folders = [...(process.env.PATH ?? "").split(delimiter), ...DAEMON_FOLDERS];
    const paths = folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
    found.set(
      name,
      paths.find((path) => {
        const { stdout, stderr } = spawnSync(path, [...args], {
          encoding: "utf8",
          timeout: 60_000,
        });
        return prints.test(`${stdout}${stderr}`);
      }),
    );
  }
  return found.get(name);
}

/** The command for one of our own files under the runtime that runs the tests. */
export function fixture(file: string): [program: string, args: string[]] {
  const runtimeProgram = process.execPath;
  switch (runtime.name) {
    case "deno":
      return [runtimeProgram, ["run", "-A", "--quiet", resolve(file)]];
    case "bun":
      return [runtimeProgram, ["run", resolve(file)]];
    default: {
      const folder = setting("GEARTRAIN_NODE_BUNDLES");
      if (folder === undefined) throw new Error("Expected GEARTRAIN_NODE_BUNDLES, got nothing");
      return [runtimeProgram, [
        "--enable-source-maps",
        resolve(folder, file.replace(/\.ts$/, ".mjs")),
      ]];
    }
  }
}

/** Splits what a stream gives into lines, and keeps all of it. */
class Lines {
  text = "";
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  #rest = "";
  #ended = false;

  constructor(stream: NonNullable<ChildProcess["stdout"]>) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => this.#add(chunk));
    stream.on("close", () => this.#end());
  }

  next(): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined || this.#ended) return Promise.resolve(line);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #add(chunk: string): void {
    this.text += chunk;
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#give(line);
  }

  #give(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#lines.push(line);
    else waiting(line);
  }

  #end(): void {
    if (this.#rest !== "") this.#give(this.#rest);
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
  }
}

class LocalProgram implements Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #stdout: Lines;
  readonly #stderr: Lines;
  readonly #exit: Promise<Exit>;

  constructor(child: ChildProcess) {
    this.pid = child.pid ?? -1;
    this.#child = child;
    this.#stdout = new Lines(child.stdout!);
    this.#stderr = new Lines(child.stderr!);
    // A program that ends early breaks the pipe; its exit tells.
    child.stdin?.on("error", () => {});
    this.#exit = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout.text, stderr: this.#stderr.text });
      });
    });
  }

  line(): Promise<string | undefined> {
    return this.#stdout.next();
  }

  errorLine(): Promise<string | undefined> {
    return this.#stderr.next();
  }

  write(text: string): Promise<void> {
    return this.#taken((done) => this.#child.stdin?.write(text, done));
  }

  end(): Promise<void> {
    return this.#taken((done) => this.#child.stdin?.end(done));
  }

  async kill(signal: Signal = "SIGTERM"): Promise<void> {
    this.#signal(signal);
    while (signal === "SIGSTOP" && runs(this.pid)) await pause(1);
  }

  exit(): Promise<Exit> {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGKILL");
    await this.#exit;
  }

  /** Waits until a pipe has taken something, or for the program's end: its pipes then call nobody back. */
  async #taken(act: (done: () => void) => void): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => act(() => resolve())), this.#exit]);
  }

  /** Past the child's own `kill()`, which on Deno sends one signal and no second. */
  #signal(signal: Signal): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended, and we are about to hear of it.
    }
  }
}

/**
 * Whether a thread of a process runs yet after SIGSTOP: each stops by itself, a moment after the signal
 * was sent, and may answer a packet until then. Systems without `/proc` are taken at their word.
 */
function runs(pid: number): boolean {
  // By a shell, since Deno shows `/proc` to programs only that may do everything.
  const { stdout } = spawnSync("sh", ["-c", `cat /proc/${pid}/task/*/stat`], { encoding: "utf8" });
  return /^\d+ \(.*\) [RSD] /m.test(stdout);
}

/** How many ports this process has looked at. */
let looks = 0;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** This machine. */
export const host: Host = {
  missing(names: readonly ProgramName[]): string | undefined {
    const absent = names.filter((name) => find(name) === undefined);
    return absent.length === 0 ? undefined : `no ${absent.join(", no ")} on this machine`;
  },

  async start({ run, args = [], env = {}, isBare = false, folder }: ProgramSpec): Promise<Program> {
    const [program, leading] = run.endsWith(".ts") ? fixture(run) : [find(run as ProgramName), []];
    if (program === undefined) throw new Error(`Expected ${run} on this machine, found none`);
    const child = spawn(program, [...leading, ...args], {
      env: isBare ? env : { ...process.env, ...env },
      cwd: folder,
      stdio: "pipe",
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return new LocalProgram(child);
  },

  async freePort(): Promise<number> {
    const range = Number(setting(PORT_RANGE_SETTING) ?? process.pid % PORT_RANGES);
    for (;;) {
      const port = portOf(range, looks++);
      if (await isFree(port)) return port;
    }
  },
};
