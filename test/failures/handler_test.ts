/**
 * The table of docs/failures.md for what handlers do: what the worker puts on the wire, and how the
 * client's task ends, with our own job server between the two.
 */
import { assert, assertEquals, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type Task } from "../../src/client/mod.ts";
import { JobFailed } from "../../src/errors.ts";
import { codec, defineJobs, type Side, type StandardResult } from "../../src/jobs/mod.ts";
import { Command, commandName } from "../../src/protocol/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Dial, Socket } from "../../src/sockets/socket.ts";
import {
  type AddOptions,
  type Handler,
  type Job,
  Worker,
  type WorkerOptions,
} from "../../src/worker/mod.ts";
import { check, LIMITS, quiet, type Stage } from "./cells.ts";
import { endingOf, rowsOf, spansIn } from "./contract.ts";

/** A server, a client, and the worker of which the table tells. */
interface Scene extends Stage {
  readonly client: Client;
  /** Offers `f`, and begins. */
  worker(handler: Handler, options?: AddOptions, own?: Partial<WorkerOptions>): Worker;
  /** Breaks the worker's links. */
  breakLinks(): void;
}

/** A job, and what its result says where it has one. */
interface Run {
  readonly task: Task;
  readonly text?: string;
}

/** What a handler does. */
type Scenario = (scene: Scene) => Run | Promise<Run>;

/** A handler that does this. */
function handling(handler: Handler, text?: string, options?: AddOptions): Scenario {
  return (scene) => {
    scene.worker(handler, options);
    return { task: scene.client.submit("f", "workload"), text };
  };
}

const AGAIN = "again";
const DONE = "done";

/** A handler that is still at it when this happens. With a second try, it succeeds. */
function meanwhile(
  act: (scene: Scene, worker: Worker) => unknown,
  options?: AddOptions,
  ends: (job: Job) => Promise<string> = untilAborted,
  text: string = AGAIN,
  jobs?: WorkerOptions["jobs"],
): Scenario {
  return async (scene) => {
    let tries = 0;
    const worker = scene.worker((job) => ++tries > 1 ? AGAIN : ends(job), options, {
      backoff: () => 0,
      jobs,
    });
    const task = scene.client.submit("f", "workload");
    await quiet();
    await act(scene, worker);
    await quiet();
    return { task, text };
  };
}

/** What a handler does that heeds its signal. */
function untilAborted(job: Job): Promise<string> {
  return new Promise((_, reject) =>
    job.signal.addEventListener("abort", () => reject(job.signal.reason))
  );
}

/** What one does that does not. */
function never(): Promise<string> {
  return new Promise(() => {});
}

/** The sides of function `f`, as far as they are not text. */
interface Sides {
  readonly input?: Side;
  readonly output?: Side;
}

function contractOf({ input = codec.text(), output = codec.text() }: Sides): WorkerOptions["jobs"] {
  return defineJobs({ f: { input, output } }) as unknown as WorkerOptions["jobs"];
}

/** A job of a function with a contract. */
function typed(sides: Sides): Scenario {
  return (scene) => {
    scene.worker((job) => job.text(), {}, { jobs: contractOf(sides) });
    return { task: scene.client.submit("f", "workload") };
  };
}

/** Text under a validator that says this. */
function judged(
  validate: (text: unknown) => StandardResult<string> | Promise<StandardResult<string>>,
): Side {
  return codec.text({ "~standard": { version: 1, vendor: "test", validate } });
}

/** Text that fits no text. */
const unfit: Side = judged(() => ({ issues: [{ message: "Expected another" }] }));

/** A function whose validator never ends the first time that it is asked: behind its handler, or before. */
function stuckOnce(
  side: keyof Sides,
  act: (scene: Scene, worker: Worker) => unknown,
  options?: AddOptions,
  text?: string,
): Scenario {
  let tries = 0;
  const stuck = judged((text) => ++tries > 1 ? { value: `${text}` } : new Promise(() => {}));
  return meanwhile(act, options, soon, text, contractOf({ [side]: stuck }));
}

const { timeout } = LIMITS;
/** As a server that is not ours would have it: it is told of no limit. */
const requeued = { timeout, onTimeout: "requeue", announce: false } as const;

/** A second worker, for what the first gives back. */
function helper({ worker }: Scene): void {
  worker(() => AGAIN);
}

/** Drains for as long as the table says. */
function drain(scene: Scene, worker: Worker): void {
  void worker.drain({ timeout });
  helper(scene);
}

function close(scene: Scene, worker: Worker): void {
  void worker.close();
  helper(scene);
}

/** Has the worker lose its links, and come back. */
function breakLinks(scene: Scene): Promise<void> {
  scene.breakLinks();
  // The worker waits for its backoff, which is none.
  return quiet().then(() => scene.clock.turn(0));
}

/** Ends by itself, some time later. */
async function soon(): Promise<string> {
  await quiet();
  return DONE;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "returns text": handling(() => DONE, DONE),
  "returns bytes": handling(() => new TextEncoder().encode(DONE), DONE),
  "returns nothing": handling(() => {}, ""),
  "returns anything else": handling(() => 5 as never),
  "throws a `JobFailed`": handling(() => {
    throw new JobFailed();
  }),
  "throws anything else": handling(() => {
    throw new Error("no");
  }),
  "throws what has no text": handling(() => {
    throw Object.create(null);
  }),
  "returns a promise that rejects": handling(() => Promise.reject(new Error("no"))),
  "sends data that is none": handling((job) => job.data(5 as never)),
  "tells a progress that is none": handling((job) => job.status(0.5, 1)),
  "asks for the JSON of what is none": handling((job) => `${job.json()}`),
  "has an input that does not fit": typed({ input: unfit }),
  "returns an output that does not fit": typed({ output: unfit }),
  "has a middleware around it that throws": (scene) => {
    scene.worker(() => DONE).use(() => {
      throw new Error("no");
    });
    return { task: scene.client.submit("f", "workload") };
  },
  "reports after its end": handling((job) => {
    void quiet().then(() => job.data("late"));
    return DONE;
  }, DONE),
  "never returns": handling(never),
  "never returns, and has a `timeout`": handling(never, undefined, { timeout }),
  "never returns, and its `timeout` gives the job back": meanwhile(() => {}, requeued, never),
  "never returns, and its worker drains": meanwhile(drain, {}, never),
  "never returns, and its worker closes": meanwhile(close, {}, never),
  "has an input's validator that never ends, and a `timeout`": stuckOnce("input", () => {}, {
    timeout,
  }),
  "has an output's validator that never ends, and a `timeout`": stuckOnce("output", () => {}, {
    timeout,
  }),
  "has a validator that never ends, and its link is lost": stuckOnce("input", breakLinks, {}, DONE),
  "has a validator that never ends, and its worker drains": stuckOnce("output", drain),
  "runs past its `timeout`, to fail": meanwhile(() => {}, { timeout }),
  "runs past its `timeout`, to go back": meanwhile(() => {}, requeued),
  "runs past its `timeout`, to go back, and our server was told": meanwhile(
    () => {},
    { ...requeued, announce: undefined },
  ),
  "runs when its link is lost": meanwhile(breakLinks),
  "runs when its worker closes": meanwhile(close),
  "runs when its worker drains, and ends": meanwhile(
    (_, worker) => void worker.drain(),
    {},
    soon,
    DONE,
  ),
  "runs when its worker drains, and does not end": meanwhile(drain),
  "runs when its function is removed": meanwhile(
    (_, worker) => void worker.remove("f"),
    {},
    soon,
    DONE,
  ),
  "runs beside as many as `concurrency` says": (scene) => {
    scene.worker(never);
    scene.client.submit("f", "workload");
    return { task: scene.client.submit("f", "workload") };
  },
};

const TITLE = "What a handler comes to";
const ROWS = rowsOf(
  TITLE,
  ["what the handler does", "on the wire", "error", "code", "outcome", "retriable", "within"],
);

test(`docs/failures.md, "${TITLE}": no row without a test, no test without a row`, () => {
  assertEquals([...ROWS.keys()], Object.keys(SCENARIOS));
});

/** The commands that tell of a job's end, or give it back. */
const TELLING = new Set<number>([
  Command.WORK_DATA,
  Command.WORK_COMPLETE,
  Command.WORK_FAIL,
  Command.WORK_EXCEPTION,
  Command.RESET_ABILITIES,
  Command.CANT_DO,
]);

/** The names of such packets among the bytes that a worker wrote. */
function told(bytes: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== 0) {
      at = bytes.indexOf("\n".charCodeAt(0), at) + 1;
      continue;
    }
    const view = new DataView(bytes.buffer, at);
    const type = view.getUint32(4);
    if (TELLING.has(type)) names.push(commandName(type)!);
    at += 12 + view.getUint32(8);
  }
  return names;
}

for (const [what, scenario] of Object.entries(SCENARIOS)) {
  test(`A handler that ${what}`, async (t) => {
    const clock = handClock();
    const { listen, dial } = memoryNetwork();
    const server = t.use(await JobServer.listen({ listen, clock, warn: () => {} }));
    const servers = server.address;
    const sockets: Socket[] = [];
    let written: number[] | undefined;
    const workerDial: Dial = async (to, options) => {
      const socket = await dial(to, options);
      sockets.push(socket);
      if (written !== undefined) return socket;
      // The first link is that of the handler in question.
      const taken: number[] = written = [];
      const write = socket.write.bind(socket);
      socket.write = (bytes) => {
        taken.push(...bytes);
        return write(bytes);
      };
      return socket;
    };
    const client = t.use(new Client({ servers, dial, clock, heartbeat: Infinity }));
    const scene: Scene = {
      t,
      clock,
      client,
      worker: (handler, options, own) => {
        const limits = { heartbeat: Infinity, poll: Infinity };
        const worker = new Worker({ servers, dial: workerDial, clock, ...limits, ...own });
        t.use({ close: () => void worker.close() });
        worker.add("f", handler, options).start();
        return worker;
      },
      breakLinks: () => sockets[0].destroy(),
    };
    const [wire, ...columns] = ROWS.get(what)!;
    await check(endingOf(columns, `for a handler that ${what}`), clock, async () => {
      const { task, text } = await scenario(scene);
      await quiet();
      return { end: task.text(), value: text, outcome: () => task.outcome };
    });
    await quiet();
    assert(wire !== "", "Expected what is on the wire, or that it is nothing");
    assertEquals(told(new Uint8Array(written!)), spansIn(wire));
  });
}
