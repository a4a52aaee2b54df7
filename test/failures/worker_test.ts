/** The worker's tables in docs/failures.md, cell by cell. */
import { codecUnderTest } from "../_harness/mod.ts";
import { type FakePeer, fakeServer, type Script } from "../_harness/fake_server.ts";
import type { LinkErrorCode } from "../../src/errors.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { type Job, Worker, type WorkerOptions } from "../../src/worker/mod.ts";
import { LIMITS, quiet, type Scenario, type Stage, testCells, type Trouble } from "./cells.ts";
import { failing, unanswered } from "./dials.ts";

/** A call of the page. */
interface Call {
  /** Makes it, on a worker that offers nothing yet. Its end is what the tables are about. */
  begin(worker: Worker, signal?: AbortSignal): Trouble;
  /** Whether the trouble is to come while a job runs. */
  readonly holdsJob?: boolean;
  misuse(worker: Worker): Promise<unknown>;
}

/** Runs until its signal aborts. */
function untilAborted(job: Job): Promise<void> {
  return new Promise((resolve) => job.signal.addEventListener("abort", () => resolve()));
}

const CALLS: Record<string, Call> = {
  "worker.start()": {
    begin: (worker) => {
      worker.add("f", untilAborted).start();
      const end = new Promise((_, reject) => {
        worker.addEventListener("down", ({ reason }) => reject(reason), { once: true });
      });
      return { end };
    },
    misuse: async (worker) => {
      await worker.close();
      worker.start();
    },
  },
  "worker.runUntilIdle()": {
    begin: (worker, signal) => ({ end: worker.add("f", untilAborted).runUntilIdle({ signal }) }),
    misuse: (worker) => worker.runUntilIdle(),
  },
  "worker.take({ wait: false })": {
    begin: (worker, signal) => ({ end: worker.add("f").take({ wait: false, signal }) }),
    misuse: (worker) => worker.take({ wait: false }),
  },
  "worker.take()": {
    begin: (worker, signal) => ({ end: worker.add("f").take({ signal }) }),
    misuse: (worker) => worker.take(),
  },
  "job.signal": {
    begin: (worker) => {
      const end = new Promise((_, reject) => {
        worker.add("f", async (job) => {
          await untilAborted(job);
          reject(job.signal.reason);
        });
      });
      worker.start();
      return { end };
    },
    holdsJob: true,
    misuse: () => Promise.resolve(),
  },
};

/** A worker that dials that way, and once. */
function workerThat({ t, clock }: Stage, dial: Dial, options: Partial<WorkerOptions> = {}): Worker {
  const { dialTimeout, answerTimeout, heartbeat } = LIMITS;
  const worker = new Worker({
    servers: "127.0.0.1",
    dial,
    clock,
    codec: codecUnderTest,
    dialTimeout,
    answerTimeout,
    heartbeat,
    backoff: () => Infinity,
    ...options,
  });
  t.use({ close: () => void worker.close() });
  return worker;
}

function unreachable(code: LinkErrorCode): Scenario<Call> {
  return (stage, call) => call.begin(workerThat(stage, failing(code)));
}

async function untilGrab(peer: FakePeer): Promise<void> {
  while ((await peer.next()).name !== "GRAB_JOB_ALL");
}

/** The server does this when it is asked for a job, or when a job runs. */
function byServer(act: (peer: FakePeer) => unknown, holdsJob = false): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await untilGrab(peer);
      if (holdsJob || call.holdsJob) {
        await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
        await quiet();
      }
      await act(peer);
    };
    const { address, dial } = stage.t.use(await fakeServer([script]));
    const begun = call.begin(workerThat(stage, dial, { servers: address }));
    await quiet();
    return begun;
  };
}

/** The caller does this when the worker has asked for a job, or when a job runs. */
function byCaller(act: (worker: Worker, abort: () => void) => void): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await untilGrab(peer);
      if (call.holdsJob) await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
    };
    const { address, dial } = stage.t.use(await fakeServer([script]));
    const worker = workerThat(stage, dial, { servers: address });
    const controller = new AbortController();
    const reason = new Error("enough");
    const begun = call.begin(worker, controller.signal);
    await quiet();
    act(worker, () => controller.abort(reason));
    return { ...begun, reason };
  };
}

testCells("The worker's calls", CALLS, {
  "refused": unreachable("REFUSED"),
  "unreachable": unreachable("UNREACHABLE"),
  "unknown host": unreachable("UNKNOWN_HOST"),
  "dial unanswered": (stage, call) => call.begin(workerThat(stage, unanswered(stage.clock))),
  "certificate not accepted": unreachable("TLS"),
  "silent": byServer(() => {}),
  "silent with a job in hand": byServer(() => {}, true),
  "reset": byServer((peer) => peer.hangUp()),
  "left": byServer((peer) => peer.leave()),
  "nonsense": byServer((peer) => peer.text("\0NONSENSE, AND MORE OF IT")),
  "another answer": byServer((peer) => peer.send("OPTION_RES", "exceptions")),
  "aborted": byCaller((_, abort) => abort()),
  "closed": byCaller((worker) => void worker.close()),
  "misuse": (stage, call) => ({ end: call.misuse(workerThat(stage, unanswered(stage.clock))) }),
});
