/**
 * How misuse comes out of each public call, as docs/failures.md has it: a call that returns a
 * promise rejects, and every other throws. And what is no misuse ends no program that does not
 * listen.
 */
import { assert, assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client, TaskFeed } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";
import { quiet } from "./cells.ts";
import { failing, unanswered } from "./dials.ts";
import { CALLS, NOT_FOR_USERS } from "./public_calls.ts";

/** Has one whose calls are made. */
type Make<Owner = unknown> = (t: TestContext) => Owner | Promise<Owner>;

const clock = handClock();
const options = { servers: "127.0.0.1", dial: unanswered(clock), clock };
const FUNCTION = "f";
const JOBS = [{ functionName: FUNCTION }];

const aClient = (t: TestContext) => t.use(new Client(options));
const aTask = (t: TestContext) => aClient(t).submit(FUNCTION);

/** A drain would wait for what no server says. */
function closing(t: TestContext, worker: Worker): Worker {
  t.use({ close: () => worker.close() });
  return worker;
}

const aWorker = (t: TestContext) => closing(t, new Worker(options));
const anAdmin = (t: TestContext) => t.use(new Admin({ ...options, server: "127.0.0.1" }));
const aServer = async (t: TestContext) =>
  t.use(await JobServer.listen({ listen: memoryNetwork().listen, host: "127.0.0.1", port: 1 }));

async function aTakenJob(t: TestContext) {
  const { address: servers, dial } = t.use(
    await fakeServer([async (peer) => {
      while ((await peer.next()).name !== "GRAB_JOB_ALL");
      await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", FUNCTION, "u", "{}");
    }]),
  );
  const worker = closing(t, new Worker({ servers, dial, clock, backoff: () => Infinity }));
  return (await worker.add(FUNCTION).take())!;
}

const OWNERS: Readonly<Record<string, Make>> = {
  client: aClient,
  task: aTask,
  batch: (t) => aClient(t).submitAll(JOBS),
  feed: () => new TaskFeed(),
  worker: aWorker,
  taken: aTakenJob,
  admin: anAdmin,
  server: aServer,
  JobServer: () => JobServer,
};

/** One way to make a call as it is meant, and one as it is not. */
interface Uses {
  readonly well: readonly unknown[];
  readonly badly: readonly unknown[];
  /** What comes before. */
  readonly first?: (owner: never) => unknown;
}

const NOTHING = "it takes nothing";
const wait = { well: [], badly: [{ timeout: -1 }] };
const job = { well: [{ handle: "H:fake:1" }], badly: [{ handle: "" }] };
const oneName = { well: [FUNCTION], badly: [""] };
const ofData = { well: ["data"], badly: [5] };
const handler = () => {};

/** Each call, or why there is no misuse of it. */
const USES: Readonly<Record<string, Uses | string>> = {
  "client.submit": oneName,
  "client.submitAll": { well: [JOBS], badly: [[{ functionName: "" }]] },
  "client.background": oneName,
  "client.backgroundAll": { well: [JOBS], badly: [[{ functionName: "" }]] },
  "client.status": job,
  "client.fate": job,
  "client.follow": job,
  "client.ping": wait,

  "client.close": NOTHING,
  "task.result": NOTHING,
  "task.value": NOTHING,
  "task.text": NOTHING,
  "task.json": NOTHING,
  "task.stream": {
    well: [],
    badly: [],
    first: (task: { stream(): unknown }) => task.stream(),
  },
  "batch.all": NOTHING,
  "batch.settled": NOTHING,
  "feed.next": NOTHING,
  "feed.changed": NOTHING,
  "worker.add": { well: [FUNCTION, handler], badly: ["", handler] },
  "worker.remove": "a name that is not offered is removed already",
  "worker.use": { well: [handler], badly: [5] },
  "worker.start": { well: [], badly: [], first: (worker: Worker) => worker.close() },
  "worker.take": { well: [], badly: [], first: (worker: Worker) => worker.start() },
  "worker.runUntilIdle": { well: [], badly: [], first: (worker: Worker) => worker.close() },
  "worker.drain": wait,
  "worker.close": NOTHING,
  "taken.text": NOTHING,
  "taken.json": "what it throws a JobInvalid for is the workload's fault",
  "taken.status": { well: [1, 2], badly: [0.5, 1] },
  "taken.data": ofData,
  "taken.warning": ofData,
  "taken.flushed": NOTHING,
  "taken.complete": ofData,
  "taken.fail": NOTHING,
  "taken.exception": ofData,
  "taken.requeue": NOTHING,
  "admin.status": wait,
  "admin.priorityStatus": wait,
  "admin.workers": wait,
  "admin.showJobs": wait,
  "admin.showUniqueJobs": wait,
  "admin.cancelJob": oneName,
  "admin.maxQueue": { well: [FUNCTION, 1], badly: [FUNCTION, 0] },
  "admin.createFunction": oneName,
  "admin.dropFunction": oneName,
  "admin.pid": wait,
  "admin.verbose": wait,
  "admin.version": wait,
  "admin.shutdown": wait,
  "admin.close": NOTHING,
  "server.fate": { well: [{ handle: "H:fake:1" }], badly: [undefined] },
  "server.drain": { well: [{ timeout: 0 }], badly: [{ timeout: -1 }] },
  "server.close": { well: [{ grace: 0 }], badly: [{ grace: -1 }] },
  "JobServer.listen": {
    well: [{ listen: memoryNetwork().listen }],
    badly: [{ listen: memoryNetwork().listen, addresses: [] }],
  },
};

const ITERATORS = CALLS.filter((call) => call.startsWith("for "));

test("every public call is misused here, or cannot be", () => {
  const calls = [...CALLS].filter((call) => !ITERATORS.includes(call) && !(call in NOT_FOR_USERS));
  assertEquals(Object.keys(USES).sort(), calls.sort());
});

for (const [call, uses] of Object.entries(USES)) {
  const [owner, method] = call.split(".");
  const methodOf = (one: unknown) => (one as Record<string, (...args: never[]) => unknown>)[method];

  if (uses === NOTHING) {
    test(`${call}() takes nothing`, async (t) => {
      const source = methodOf(await OWNERS[owner](t)).toString();
      assert(/^(async )?\w+\(\)/.test(source), `Expected no parameters, got ${source}`);
    });
  }

  if (typeof uses === "string") continue;
  test(`${call}() rejects for misuse if it returns a promise, and throws if not`, async (t) => {
    const make = async () => {
      const one = await OWNERS[owner](t);
      if (owner === "worker" && method !== "add") (one as Worker).add(FUNCTION, handler);
      return one;
    };
    const one = await make();
    const returned = methodOf(one).apply(one, uses.well as never[]);
    const isPromise = returned instanceof Promise;
    if (isPromise) returned.catch(() => {});
    const other = await make();
    await uses.first?.(other as never);
    let thrown: unknown;
    let rejected: unknown;
    try {
      const made = methodOf(other).apply(other, uses.badly as never[]);
      await (made as Promise<unknown>).then(() => {}, (error: unknown) => rejected = error);
    } catch (error) {
      thrown = error;
    }
    const [heard, unheard] = isPromise ? [rejected, thrown] : [thrown, rejected];
    assertEquals(unheard, undefined);
    assert(
      heard instanceof TypeError || heard instanceof RangeError,
      `Expected a TypeError or a RangeError, got ${heard}`,
    );
  });
}

test("a second reader of a task is turned away by the iterator's first step", async (t) => {
  const task = aTask(t);
  task.stream();
  const second = task[Symbol.asyncIterator]();
  await assertRejects(() => second.next(), TypeError, "Expected one reader of a task");
  assertEquals(ITERATORS.length, 3, "Only a task may be read once");
});

test("a failure that nobody awaits is left unhandled by no call", async (t) => {
  // The runner fails the test if one is.
  const away = { ...options, dial: failing("REFUSED"), backoff: () => Infinity };
  const client = t.use(new Client(away));
  const admin = t.use(new Admin({ ...away, server: "127.0.0.1" }));
  const owners: Readonly<Record<string, () => unknown>> = {
    client: () => client,
    task: () => client.submit(FUNCTION),
    batch: () => client.submitAll(JOBS),
    worker: () => closing(t, new Worker(away)).add(FUNCTION, handler),
    admin: () => admin,
  };
  let count = 0;
  for (const [call, uses] of Object.entries(USES)) {
    const [owner, method] = call.split(".");
    const one = owners[owner]?.() as Record<string, (...args: unknown[]) => unknown> | undefined;
    if (one === undefined || method === "close") continue;
    const args = call === "worker.take"
      ? [{ wait: false }]
      : typeof uses === "string"
      ? [FUNCTION]
      : uses.well;
    const made = one[method](...args);
    if (made instanceof Promise) count++;
  }
  assert(count > 20, `Expected the calls that return a promise, got ${count}`);
  const error = await assertRejects(() => client.ping(), LinkError);
  assertEquals(error.code, "REFUSED");
  await quiet();
});
