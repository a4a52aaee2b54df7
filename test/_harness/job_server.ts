/** The job servers that tests run against, wherever they are: workerd has one too. */
import { listenHere } from "./here.ts";
import { host } from "./host.ts";
import {
  missing,
  type OpenServer,
  type RunningServer,
  startGearmand,
  startProgram,
} from "./processes.ts";

/** A kind of job server. */
export interface ServerKind<Server extends OpenServer = OpenServer> {
  readonly name: string;
  readonly skip: string | false;
  /** Starts one, on a free port where none is given. */
  start(port?: number): Promise<Server>;
}

/** A kind that can be stopped and killed. */
export interface ServerProgramKind extends ServerKind<RunningServer> {
  /**
   * Starts one that has sent what came of a packet before it reads the next, whoever sent that:
   * gearmand's threads do not wait for one another.
   */
  startInOrder(): Promise<RunningServer>;
}

const GEARMAND: ServerProgramKind = {
  name: "gearmand",
  skip: missing("gearmand"),
  start: (port) => startGearmand({ port }),
  startInOrder: () => startGearmand({ args: ["--threads=1"] }),
};

/** Both kinds, for what is to be the same at each. */
export const SERVERS: readonly ServerKind[] = [
  { name: "our job server", skip: false, start: openJobServer },
  GEARMAND,
];

/** Both kinds as processes, for tests that stop or kill them. */
export const SERVER_PROGRAMS: readonly ServerProgramKind[] = [
  {
    name: "our job server",
    skip: false,
    start: startJobServer,
    startInOrder: () => startJobServer(),
  },
  GEARMAND,
];

/**
 * Starts our own job server on the loopback address: in this process, which costs a hundredth of
 * another, or on workerd in one of its own.
 */
export function openJobServer(port?: number): Promise<OpenServer> {
  return listenHere === undefined ? startJobServer(port) : listenHere(port ?? 0);
}

/**
 * Starts our own job server in a process of its own, and waits until it listens. Its port stays free
 * for the next one when it has been killed.
 */
export async function startJobServer(port?: number): Promise<RunningServer> {
  const program = await startProgram({
    run: "test/e2e/job_server_fixture.ts",
    args: [String(port ?? await host.freePort())],
  });
  const line = await program.line();
  if (line === undefined) {
    const { stderr } = await program.exit();
    throw new Error(`Expected the job server to print its port, it ended:\n${stderr}`);
  }
  return {
    address: { host: "127.0.0.1", port: Number(line) },
    program,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
