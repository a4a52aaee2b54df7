/**
 * The workerd leg: bundles the test files, starts the workerd program with the least configuration
 * that gives them sockets and settings, and asks it to run one test after the other.
 *
 * A file that cannot run there says why: `export const notOnWorkerd = "listens on a port"`.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { host } from "../../test/_harness/host.ts";
import type { ProgramName } from "../../test/_harness/programs.ts";
import { type BundledModule, bundleForWorkerd, NODE_BUNDLES, WORKERD_BUNDLES } from "./bundle.ts";
import { tail } from "./command.ts";
import { openLab } from "./lab.ts";
import { type Plan, portsOf, runtimeProgram } from "./plan.ts";
import type { LegRun, Outcome } from "./report.ts";

/** Milliseconds that a request may take: more than any test's own limit. */
const REQUEST_TIMEOUT = 300_000;

/** The programs that tests may find missing. */
const PROGRAMS: readonly ProgramName[] = [
  "gearmand",
  "gearman",
  "gearadmin",
  "php",
  "perl",
  "stunnel",
  "openssl",
];

/** How workerd names itself in the version that npm numbers `1.20261023.1`: `workerd 2026-10-23`. */
export function workerdVersion(npmVersion: string): string {
  const [, year, month, day] = /^1\.(\d{4})(\d\d)(\d\d)\./.exec(npmVersion) ?? [];
  return `workerd ${year}-${month}-${day}`;
}

/** Runs the files on workerd. */
export async function runWorkerd({ files, settings }: Plan): Promise<LegRun> {
  const reasons = new Map(files.map((file) => [file, reasonAgainst(file)]));
  const outcomes: Outcome[] = [];
  for (const [file, detail] of reasons) {
    if (detail !== undefined) outcomes.push({ file, name: file, status: "skipped", detail });
  }
  const modules = await bundleForWorkerd(
    "scripts/suite/workerd_entry.ts",
    files.filter((file) => reasons.get(file) === undefined),
  );
  const program = runtimeProgram("workerd");
  const version = execFileSync(program, ["--version"], { encoding: "utf8" });
  // Fixtures run on this Node, from its bundles.
  process.env.GEARTRAIN_NODE_BUNDLES = NODE_BUNDLES;
  // Its programs are started here, and so are their ports taken here.
  Object.assign(process.env, portsOf("workerd"));
  await using lab = await openLab();
  const bindings = {
    ...settings,
    GEARTRAIN_LAB: lab.url,
    GEARTRAIN_MISSING: PROGRAMS.filter((name) => host.missing([name])).join(","),
    GEARTRAIN_REQUIRE_INTEROP: process.env.GEARTRAIN_REQUIRE_INTEROP ?? "",
    GEARTRAIN_WORKERD_VERSION: version.replace("workerd", "").trim(),
  };
  const config = `${WORKERD_BUNDLES}/config.capnp`;
  writeFileSync(config, configuration(modules, bindings));
  await using server = await Server.start(program, config);
  return await runAll(server, outcomes);
}

function reasonAgainst(file: string): string | undefined {
  return /^export const notOnWorkerd = "(.*)";$/m.exec(readFileSync(file, "utf8"))?.[1];
}

async function runAll(server: Server, outcomes: Outcome[]): Promise<LegRun> {
  const problems: string[] = [];
  try {
    const { tests, broken } = await (await server.ask("GET", "/")).json() as {
      tests: { file: string; name: string; skip?: string }[];
      broken: Record<string, string>;
    };
    for (const [file, why] of Object.entries(broken)) problems.push(`${file}:\n${why}`);
    for (const [at, { file, name, skip }] of tests.entries()) {
      if (skip !== undefined) outcomes.push({ file, name, status: "skipped", detail: skip });
      else {
        const start = performance.now();
        const response = await server.ask("POST", `/${at}`);
        const detail = await response.text();
        const seconds = (performance.now() - start) / 1000;
        outcomes.push({ file, name, status: response.ok ? "passed" : "failed", detail, seconds });
      }
    }
  } catch (error) {
    problems.push(`${(error as Error).message}\n${tail(server.log)}`);
  }
  return { outcomes, problems };
}

/** A workerd process that listens. */
class Server implements AsyncDisposable {
  log = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #url = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
    process.once("exit", () => child.kill("SIGKILL"));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => this.log += chunk);
    }
  }

  /** Starts it; on its control pipe it names the port it was given. */
  static async start(program: string, config: string): Promise<Server> {
    const child = spawn(program, ["serve", "--experimental", "--control-fd=3", config], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const server = new Server(child);
    const port = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => reject(new Error(`workerd did not start:\n${tail(server.log)}`)));
      child.stdio[3]?.on("data", (chunk) => {
        const message = /"port":(\d+)/.exec(String(chunk));
        if (message !== null) resolve(Number(message[1]));
      });
    });
    server.#url = `http://127.0.0.1:${port}`;
    return server;
  }

  ask(method: string, path: string): Promise<Response> {
    return fetch(this.#url + path, { method, signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }
}

/** The configuration, in Cap'n Proto's text form. */
function configuration(
  modules: readonly BundledModule[],
  bindings: Record<string, string>,
): string {
  const name = (text: string): string => JSON.stringify(text);
  const moduleLines = [...modules]
    // The first module is the one that answers.
    .sort((a, b) => Number(b.name === "main.js") - Number(a.name === "main.js"))
    .map(({ name: module }) => {
      const kind = module.endsWith(".wasm") ? "wasm" : "esModule";
      return `    (name = ${name(module)}, ${kind} = embed ${name(module)}),`;
    });
  const bindingLines = Object.entries(bindings)
    .map(([variable, value]) => `    (name = ${name(variable)}, text = ${name(value)}),`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "tests", worker = .tests),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "tests")],
);

const tests :Workerd.Worker = (
  modules = [
${moduleLines.join("\n")}
  ],
  bindings = [
${bindingLines.join("\n")}
  ],
  compatibilityDate = "2026-10-01",
);
`;
}
