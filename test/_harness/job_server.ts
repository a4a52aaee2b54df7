/** Our own job server, as tests start it: in a process of its own, so that workerd can have one too. */
import type { RunningServer } from "./processes.ts";
import { startProgram } from "./processes.ts";

/** Starts a job server on the loopback address, and waits until it listens. */
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
