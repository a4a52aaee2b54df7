/** The worker's tables in docs/failures.md, cell by cell. */
import { codecUnderTest } from "../_harness/mod.ts";
import { type FakePeer, fakeServer, type Script } from "../_harness/fake_server.ts";
import type { LinkErrorCode } from "../../src/errors.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import {
  type AddOptions,
  type Handler,
  type Job,
  type TakeOptions,
  Worker,
  type WorkerOptions,
} from "../../src/worker/mod.ts";
import {
  ENDS_WELL,
  GOES_ON,
  LIMITS,
  quiet,
  type Scenario,
  type Stage,
  testCells,
  type Trouble,
} from "./cells.ts";
import { failing, unanswered } from "./dials.ts";

/** What may be asked of the function that is offered. */
interface Wanted {
  readonly signal?: AbortSignal;
  readonly handler?: Handler;
  readonly options?: AddOptions;
}

/** A call of the page. */
interface Call {
  /** Makes it, on a worker that offers nothing yet. Its end is what the tables are about. */
  begin(worker: Worker, wanted?: Wanted): Trouble;
  /** Whether the trouble is to come while a job runs. */
  readonly holdsJob?: boolean;
  misuse(worker: Worker): Promise<unknown>;
}

/** Runs until its signal aborts. */
function untilAborted(job: Job): Promise<void> {
  return new Promise((resolve) => job.signal.addEventListener("abort", () => resolve()));
}

/** The worker, with the function that it is to run; a closed one takes no more. */
function offering(worker: Worker, handler?: Handler, options?: AddOptions): Worker {
  return hasClosed.has(worker) ? worker : worker.add("f", handler, options);
}

/** Takes a job, and says which. */
function taking(ownOptions: TakeOptions = {}): Call {
  return {
    begin: (worker, { signal, options } = {}) => {
      const job = offering(worker, undefined, options).take({ ...ownOptions, signal });
      return { end: job.then((job) => job?.handle) };
    },
    misuse: (worker) => worker.take(ownOptions),
  };
}

const CALLS: Record<string, Call> = {
  "worker.start()": {
    begin: (worker, { handler = untilAborted, options, signal } = {}) => {
      const end = new Promise((_, reject) => {
        for (const type of ["down", "refused"] as const) {
          worker.addEventListener(type, ({ reason }) => reject(reason), { once: true });
        }
      });
      // It takes no signal, and is given one.
      offering(worker, handler, options).start(...[{ signal }] as unknown as []);
      return { end };
    },
    // deno-lint-ignore require-await -- so that it is the end of the call that throws.
    misuse: async (worker) => worker.add("f").start(),
  },
  "worker.runUntilIdle()": {
    begin: (worker, { handler = untilAborted, options, signal } = {}) => ({
      end: offering(worker, handler, options).runUntilIdle({ signal }),
    }),
    misuse: (worker) => worker.runUntilIdle(),
  },
  "worker.take({ wait: false })": taking({ wait: false }),
  "worker.take()": taking(),
  "job.signal": {
    begin: (worker, { handler = untilAborted, options } = {}) => {
      const end = new Promise((_, reject) => {
        offering(worker, (job) => {
          job.signal.addEventListener("abort", () => reject(job.signal.reason));
          return handler(job);
        }, options);
      });
      if (!hasClosed.has(worker)) worker.start();
      return { end };
    },
    holdsJob: true,
    misuse: () => Promise.resolve(),
  },
};

/** Workers that were closed before the call. */
const hasClosed = new WeakSet<Worker>();

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

/** A worker's server, and the call on it. */
interface Setting {
  /** Whether the server has given a job. Default: as the call has it. */
  readonly holdsJob?: boolean;
  readonly wanted?: Wanted;
  readonly worker?: Partial<WorkerOptions>;
}

/** The server does this when it is asked for a job, or when a job runs. */
function byServer(act: (peer: FakePeer) => unknown, setting: Setting = {}): Scenario<Call> {
  return async (stage, call) => {
    const { holdsJob = call.holdsJob, wanted, worker } = setting;
    const script: Script = async (peer) => {
      await untilGrab(peer);
      if (holdsJob) {
        await peer.send("JOB_ASSIGN_UNIQ", HANDLE, "f", "u", "");
        await quiet();
      }
      await act(peer);
    };
    const { address, dial } = stage.t.use(await fakeServer([script]));
    const begun = call.begin(workerThat(stage, dial, { servers: address, ...worker }), wanted);
    await quiet();
    return { ...begun, value: holdsJob && isTaking(call) ? HANDLE : undefined };
  };
}

function isTaking(call: Call): boolean {
  return call === CALLS["worker.take()"] || call === CALLS["worker.take({ wait: false })"];
}

/** Says that there is no job, as long as the worker asks. */
async function answer(peer: FakePeer): Promise<void> {
  for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
    if (next.name === "GRAB_JOB_ALL") await peer.send("NO_JOB");
    if (next.name === "ECHO_REQ") await peer.send("ECHO_RES", "");
  }
}

/** The server lets the worker work on none of its functions, or on one of two. */
function denying(isPartial: boolean): Scenario<Call> {
  return async (stage, call) => {
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        if (isPartial) await peer.expect("CAN_DO");
        await peer.expect("CAN_DO");
        await peer.send("ERROR", "ACCESS_DENIED", 'This connection may not work on "f"');
        await answer(peer);
      }]),
    );
    const worker = workerThat(stage, dial, { servers: address, poll: Infinity });
    if (isPartial) worker.add("g", never);
    return call.begin(worker);
  };
}

/** The caller does this when the worker has asked for a job, or when a job runs. */
function byCaller(act: (worker: Worker, abort: () => void) => void): Scenario<Call> {
  return async (stage, call) => {
    const script: Script = async (peer) => {
      await untilGrab(peer);
      if (call.holdsJob) await peer.send("JOB_ASSIGN_UNIQ", HANDLE, "f", "u", "");
    };
    const { address, dial } = stage.t.use(await fakeServer([script]));
    // Without a heartbeat: this is about the caller.
    const worker = workerThat(stage, dial, { servers: address, heartbeat: Infinity });
    const controller = new AbortController();
    const reason = new Error("enough");
    const begun = call.begin(worker, { signal: controller.signal });
    await quiet();
    act(worker, () => controller.abort(reason));
    return { ...begun, reason };
  };
}

/** Runs for ever, whatever its signal says. */
const never: Handler = () => new Promise(() => {});

const HANDLE = "H:fake:1";
const { timeout } = LIMITS;

/** What ends it is that the server still owes an answer. */
const UNANSWERED = {
  error: "LinkError",
  code: "SILENT",
  outcome: "unsent",
  retriable: "yes",
  within: "answerTimeout + 100 ms",
} as const;

testCells("The worker's calls", CALLS, {
  "refused": unreachable("REFUSED"),
  "unreachable": unreachable("UNREACHABLE"),
  "unknown host": unreachable("UNKNOWN_HOST"),
  "dial unanswered": (stage, call) => call.begin(workerThat(stage, unanswered(stage.clock))),
  "certificate not accepted": unreachable("TLS"),
  // With a place more than there are jobs, so that an answer is owed while one runs.
  "silent": byServer(() => {}, { worker: { concurrency: 2 } }),
  "silent with a job in hand": byServer(() => {}, { holdsJob: true }),
  "reset": byServer((peer) => peer.hangUp()),
  "left": byServer((peer) => peer.leave()),
  "nonsense": byServer((peer) => peer.text("\0NONSENSE, AND MORE OF IT")),
  "another answer": byServer((peer) => peer.send("OPTION_RES", "exceptions")),
  "ERROR": byServer((peer) => peer.send("ERROR", "INVALID_COMMAND", "No")),
  "denied": denying(false),
  "denied in part": denying(true),
  "the job's time is up": byServer(answer, {
    holdsJob: true,
    wanted: { options: { timeout, announce: false } },
    worker: { heartbeat: Infinity, poll: Infinity },
  }),
  "the job never ends": byServer(answer, {
    holdsJob: true,
    wanted: { handler: never },
    worker: { poll: Infinity },
  }),
  "aborted before the call": (stage, call) => {
    const reason = new Error("enough");
    const worker = workerThat(stage, unanswered(stage.clock), { dialTimeout: Infinity });
    return { ...call.begin(worker, { signal: AbortSignal.abort(reason) }), reason };
  },
  "aborted": byCaller((_, abort) => abort()),
  "closed before the call": async (stage, call) => {
    const worker = workerThat(stage, unanswered(stage.clock)).add("f", untilAborted);
    hasClosed.add(worker);
    await worker.close();
    return call.begin(worker);
  },
  "closed": byCaller((worker) => void worker.close()),
  "drained": byCaller((worker) => void worker.drain({ timeout })),
  "misuse": (stage, call) => ({ end: call.misuse(workerThat(stage, unanswered(stage.clock))) }),
}, {
  "it takes no signal": (when) => when === "aborted" ? UNANSWERED : GOES_ON,
  "it is a signal itself": GOES_ON,
  "to close it oneself is no trouble": GOES_ON,
  "it ends the job, and not the link": GOES_ON,
  "the link stays": GOES_ON,
  "there is no job yet": GOES_ON,
  "the job has settled the call": ENDS_WELL,
  "it is given, and takes nothing": ENDS_WELL,
});
