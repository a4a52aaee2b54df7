/** The job servers that commands are tried on, and a worker for them. */
import { type Address, JobFailed, JobServer, Worker } from "../../mod.ts";
import { missing, startGearmand, type TestContext } from "../_harness/mod.ts";

/** A kind of server: how to start one, and why that cannot be done. */
export interface ServerKind {
  readonly name: string;
  readonly skip: string | false;
  start(t: TestContext): Promise<{ readonly address: Address; readonly text: string }>;
}

/** Ours, and gearmand. */
export const KINDS: readonly ServerKind[] = [
  {
    name: "our server",
    skip: false,
    start: async (t) => placeOf(t.use(await JobServer.listen()).address),
  },
  {
    name: "gearmand",
    skip: missing("gearmand"),
    start: async (t) => placeOf(t.use(await startGearmand()).address),
  },
];

function placeOf(address: Address): { readonly address: Address; readonly text: string } {
  if ("path" in address) throw new Error(`Expected a port, got ${address.path}`);
  return { address, text: `${address.host}:${address.port}` };
}

/** A worker with a function for every way in which a job can go. */
export function everyWorker(t: TestContext, server: Address): Worker {
  const worker = t.use(new Worker({ servers: server, id: "every" }));
  worker.add("reverse", (job) => job.text().split("").reverse().join(""));
  worker.add("fail", () => {
    throw new JobFailed();
  });
  worker.add("boom", () => {
    throw new RangeError("too far");
  });
  worker.add("rude", () => {
    throw new Error("\x1b[2J\n    at home");
  });
  worker.add("steps", (job) => {
    job.status(1, 2);
    job.data("one,");
    job.warning("half\x1b[2J way");
    job.status(2, 2);
    return "two";
  });
  worker.add("bytes", () => new Uint8Array([0, 255, 10]));
  worker.add("count", (job) => String(job.workload.length));
  worker.start();
  return worker;
}
