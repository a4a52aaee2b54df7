/** The job servers that tests run against, each in a process of its own, so that workerd can have one too. */
import { missing, type RunningServer, startGearmand, startProgram } from "./processes.ts";

/** A kind of job server. */
export interface ServerKind {
  readonly name: string;
  readonly skip: string | false;
  /** Starts one, on a free port where none is given. */
  start(port?: number): Promise<RunningServer>;
}

/** Both kinds, for what is to be the same at each. */
export const SERVERS: readonly ServerKind[] = [
  { name: "our job server", skip: false, start: startJobServer },
  { name: "gearmand", skip: missing("gearmand"), start: (port) => startGearmand({ port }) },
];

/** Starts our own job server on the loopback address, and waits until it listens. */
export async function startJobServer(port = 0): Promise<RunningServer> {
  const program = await startProgram({
    run: "test/e2e/job_server_fixture.ts",
    args: [String(port)],
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
