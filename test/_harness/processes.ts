/** Real servers and foreign clients and workers for tests: gearmand, its command-line tools, PHP, and our own fixtures. */
import { host } from "./host.ts";
import type { Exit, Program, ProgramName, ProgramSpec } from "./programs.ts";
import { setting } from "./settings.ts";

/**
 * Why a test that wants these programs is skipped: for the `skip` of its options. False when they
 * are all here, and false in a run that insists on them, where the test then fails.
 */
export function missing(...names: ProgramName[]): string | false {
  if (setting("GEARTRAIN_REQUIRE_INTEROP") === "1") return false;
  return host.missing(names) ?? false;
}

/** Starts a program, or a TypeScript file of ours named `*_fixture.ts`, under the runtime of the test. */
export function startProgram(spec: ProgramSpec): Promise<Program> {
  return host.start(spec);
}

/** Runs a program to its end, with `input` on its standard input. */
export async function runProgram(spec: ProgramSpec, input = ""): Promise<Exit> {
  await using program = await host.start(spec);
  await program.write(input);
  await program.end();
  return await program.exit();
}

/** A server, wherever it runs. */
export interface OpenServer extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
}

/** A server that another program runs. */
export interface RunningServer extends OpenServer {
  readonly program: Program;
}

/** Options of {@linkcode startGearmand}. */
export interface GearmandOptions {
  /** Arguments beside those that say where it listens and what it logs. */
  readonly args?: readonly string[];
  /** The port, for a second start in the first one's place. Default: a free one. */
  readonly port?: number;
}

/** Starts a gearmand on the loopback address, and waits until it listens. */
export async function startGearmand(options: GearmandOptions = {}): Promise<RunningServer> {
  const port = options.port ?? await host.freePort();
  const args = ["--listen=127.0.0.1", `--port=${port}`, "--verbose=INFO", "--log-file=stderr"];
  const program = await host.start({ run: "gearmand", args: [...args, ...options.args ?? []] });
  const log: string[] = [];
  for (;;) {
    const line = await program.errorLine();
    if (line === undefined) break;
    log.push(line);
    if (line.includes("Adding event for listening socket")) {
      return {
        address: { host: "127.0.0.1", port },
        program,
        [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
      };
    }
  }
  throw new Error(`Expected gearmand to listen on port ${port}, it ended:\n${log.join("\n")}`);
}

/** Runs the `gearman` command-line tool against a server. */
export function gearman(
  server: { readonly address: { readonly host: string; readonly port: number } },
  args: readonly string[],
  input?: string,
): Promise<Exit> {
  const { host, port } = server.address;
  return runProgram({ run: "gearman", args: ["-h", host, "-p", String(port), ...args] }, input);
}

/** Starts a PHP script with the gearman extension. The path is from the repository's root. */
export function startPhp(script: string, args: readonly string[] = []): Promise<Program> {
  return host.start({ run: "php", args: [script, ...args] });
}
