/** The job server of a run: gearmand, or ours. */
import { missing, startGearmand } from "../../test/_harness/processes.ts";
import { bundled } from "./contestants.ts";
import { BenchProgram } from "./program.ts";

/** Which job servers there are. */
export const SERVERS = ["gearmand", "ours"] as const;

/** Where a job server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A job server at work. */
export interface BenchServer extends AsyncDisposable {
  readonly address: ServerAddress;
}

/** Starts gearmand, with its default number of threads, or our JobServer on this Node. */
export async function startServer(name: typeof SERVERS[number]): Promise<BenchServer> {
  if (name === "gearmand") {
    const reason = missing("gearmand");
    if (reason !== false) throw new Error(`Expected gearmand, or --server=ours: ${reason}`);
    return await startGearmand();
  }
  const program = new BenchProgram(bundled("server"));
  return {
    address: { host: "127.0.0.1", port: Number(await program.line()) },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
