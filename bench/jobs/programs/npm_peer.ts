/**
 * One of the npm packages of bench/peers: `npm_peer PACKAGE ROLE HOST PORT SIZE IN_FLIGHT`. Each is
 * used as its own documents show; its worker has as many jobs at once as the package can hold.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import process from "node:process";
import type { Report } from "../report.ts";
import { keepInFlight } from "./in_flight.ts";
import { FUNCTION_NAME, type Part, partOf, ready, Stopwatch, takeTurns } from "./turns.ts";

const require = createRequire(resolve("bench/peers/package.json"));

/** What is measured of a package. */
interface Peer {
  /** A client: each submits a job and resolves with its result, or when it was acknowledged. */
  readonly foreground: (part: Part, workload: Buffer) => () => Promise<unknown>;
  readonly background?: (part: Part, workload: Buffer) => () => Promise<unknown>;
  /** A worker that sends each workload back. Calls `each` for every job; returns what closes it. */
  readonly work: (part: Part, each: () => void, up: () => void) => () => void;
}

/** Packages come without types. */
// deno-lint-ignore no-explicit-any
type Untyped = any;

/** For packages that tell of answers by an event: servers acknowledge in the order of submission. */
function inOrder(): { wait: () => Promise<void>; answered: () => void } {
  const waiting: (() => void)[] = [];
  let head = 0;
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    answered: () => waiting[head++](),
  };
}

const PEERS: Readonly<Record<string, () => Peer>> = {
  gearman: () => {
    const gearman: Untyped = require("gearman");
    const client = (event: string, options: object) => ({ host, port }: Part, workload: Buffer) => {
      const connection = gearman(host, port, {});
      const { wait, answered } = inOrder();
      connection.on(event, answered);
      const up = new Promise<void>((resolve) => connection.connect(resolve));
      return async () => {
        await up;
        connection.submitJob(FUNCTION_NAME, workload, options);
        await wait();
      };
    };
    return {
      foreground: client("WORK_COMPLETE", {}),
      background: client("JOB_CREATED", { bg: true }),
      work: ({ host, port }, each, up) => {
        const connection = gearman(host, port, {});
        // It dies of what is sent once it was closed.
        let isClosed = false;
        connection.on("JOB_ASSIGN", (job: Untyped) => {
          each();
          connection.sendWorkComplete(job.handle, job.payload);
          connection.grabJob();
        });
        connection.on("NO_JOB", () => isClosed || connection.preSleep());
        connection.on("NOOP", () => isClosed || connection.grabJob());
        connection.connect(() => {
          connection.addFunction(FUNCTION_NAME);
          connection.preSleep();
          up();
        });
        return () => {
          isClosed = true;
          connection.close();
        };
      },
    };
  },

  gearmanode: () => {
    // A logger without a transport warns of every line that is not written.
    const winston: Untyped = require("winston");
    winston.configure({ silent: true });
    winston.loggers.options.silent = true;
    const gearmanode: Untyped = require("gearmanode");
    const client = (event: string, background: boolean) => ({ host, port }: Part, work: Buffer) => {
      const connection = gearmanode.client({ servers: [{ host, port }] });
      return () =>
        new Promise<void>((resolve, reject) => {
          const job = connection.submitJob(FUNCTION_NAME, work, { background });
          job.once(event, () => {
            if (background) job.close();
            resolve();
          });
          job.once("error", reject);
        });
    };
    return {
      foreground: client("complete", false),
      background: client("submited", true),
      work: ({ host, port }, each, up) => {
        const worker = gearmanode.worker({ servers: [{ host, port }] });
        worker.addFunction(FUNCTION_NAME, (job: Untyped) => {
          each();
          job.workComplete(job.payload);
        });
        up();
        return () => worker.close();
      },
    };
  },

  abraxas: () => {
    const abraxas: Untyped = require("abraxas");
    return {
      foreground: ({ host, port }, workload) => {
        const client = abraxas.Client.connect({ host, port });
        return () => client.submitJob(FUNCTION_NAME, workload);
      },
      background: ({ host, port }, workload) => {
        const client = abraxas.Client.connect({ host, port });
        return () => client.submitJobBg(FUNCTION_NAME, workload);
      },
      work: ({ host, port, inFlight }, each, up) => {
        // It throws out of its socket for a NO_JOB that comes when it has been closed.
        process.removeAllListeners("uncaughtException").on("uncaughtException", () => {});
        const client = abraxas.Client.connect({ host, port, maxJobs: inFlight }, up);
        client.registerWorker(FUNCTION_NAME, (task: Untyped) => {
          each();
          return task.payload;
        });
        return () => client.disconnect();
      },
    };
  },

  "node-gearman": () => {
    const NodeGearman: Untyped = require("node-gearman");
    return {
      foreground: ({ host, port }, workload) => {
        const client = new NodeGearman(host, port);
        return () =>
          new Promise<void>((resolve, reject) => {
            const job = client.submitJob(FUNCTION_NAME, workload);
            job.on("end", resolve);
            job.on("error", reject);
          });
      },
      work: ({ host, port }, each, up) => {
        const worker = new NodeGearman(host, port);
        worker.registerWorker(FUNCTION_NAME, (payload: Buffer, job: Untyped) => {
          each();
          job.end(payload);
        });
        // It connects again for what comes once it was closed.
        worker.once("connect", up);
        worker.connect();
        return () => worker.close();
      },
    };
  },
};

async function work(peer: Peer, part: Part, jobs: number): Promise<Report> {
  let close = () => {};
  const report = await new Promise<Report>((resolve) => {
    let watch: Stopwatch;
    let done = 0;
    const each = () => {
      if (done === 0) watch = new Stopwatch();
      // After the job's own answer has been sent.
      if (++done === jobs) setImmediate(() => resolve(watch.report(jobs)));
    };
    close = peer.work(part, each, ready);
  });
  close();
  return report;
}

const [name, ...rest] = process.argv.slice(2);
const part = partOf(rest);
const peer = PEERS[name]();
if (part.role === "worker") await takeTurns((jobs) => work(peer, part, jobs));
else {
  const submit = (part.role === "foreground" ? peer.foreground : peer.background)!(
    part,
    Buffer.alloc(part.size, 0x77),
  );
  await takeTurns((jobs) => keepInFlight(submit, jobs, part.inFlight));
}
process.exit();
