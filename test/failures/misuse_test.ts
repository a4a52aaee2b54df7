/**
 * How misuse comes out of each public call, as docs/failures.md has it: a call that returns a
 * promise rejects, and every other throws. And what is no misuse ends no program that does not
 * listen.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client, TaskFeed } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import { fullJitter } from "../../src/link/mod.ts";
import { nearest } from "../../src/misuse.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";
import { quiet } from "./cells.ts";
import { failing, unanswered } from "./dials.ts";
import { CALLS, NOT_FOR_USERS } from "./public_calls.ts";

/** Has one whose calls are made. */
type Make<Owner = unknown> = (t: TestContext) => Owner | Promise<Owner>;

const clock = handClock();
const ends = { dial: unanswered(clock), clock };
const options = { ...ends, servers: "127.0.0.1" };
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
const anAdmin = (t: TestContext) => t.use(new Admin({ ...ends, server: "127.0.0.1" }));
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

/** What stands before the options of each call that takes some. */
const BEFORE_OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  "client.submit": [FUNCTION, ""],
  "client.submitAll": [JOBS],
  "client.background": [FUNCTION, ""],
  "client.backgroundAll": [JOBS],
  "client.status": [{ unique: "u" }],
  "client.fate": [{ unique: "u" }],
  "client.follow": [{ unique: "u" }],
  "client.ping": [],
  "worker.add": [FUNCTION, handler],
  "worker.take": [],
  "worker.runUntilIdle": [],
  "worker.drain": [],
  "admin.status": [],
  "admin.priorityStatus": [],
  "admin.workers": [],
  "admin.showJobs": [],
  "admin.showUniqueJobs": [],
  "admin.cancelJob": ["H:fake:1"],
  "admin.maxQueue": [FUNCTION, 1],
  "admin.createFunction": [FUNCTION],
  "admin.dropFunction": [FUNCTION],
  "admin.pid": [],
  "admin.verbose": [],
  "admin.version": [],
  "admin.shutdown": [],
  "server.drain": [],
  "server.close": [],
  "JobServer.listen": [],
};

/** What can stand in the place of options, and is none. */
const NO_OPTIONS: readonly unknown[] = [
  null,
  4799,
  "text",
  ["list"],
  [],
  new Uint8Array(1),
  Promise.resolve({ timeout: 1 }),
  AbortSignal.abort(),
  new Date(),
  () => {},
];

/** The message of the `TypeError` that a call throws or rejects with. */
async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    assert(error instanceof TypeError, `Expected a TypeError, got ${error}`);
    return error.message;
  }
  throw new Error("Expected a TypeError, got none");
}

for (const [call, before] of Object.entries(BEFORE_OPTIONS)) {
  const [owner, method] = call.split(".");

  test(`${call}() takes no options but those that it knows`, async (t) => {
    const one = await OWNERS[owner](t) as Record<string, (...args: unknown[]) => unknown>;
    const messageFor = (options: unknown) => messageOf(() => one[method](...before, options));
    assertMatch(await messageFor({ zzz: 1 }), /^Unknown option "zzz" of [^:]+: it takes \w+/);
    for (const options of NO_OPTIONS) {
      assertMatch(await messageFor(options), /^Expected options of [^:]+ as an object, got /);
    }
  });
}

test("every call that has options is in that table", async (t) => {
  const calls: string[] = [];
  for (const call of CALLS.filter((call) => !ITERATORS.includes(call))) {
    const [owner, method] = call.split(".");
    const one = await OWNERS[owner](t) as Record<string, (...args: unknown[]) => unknown>;
    const [parameters] = one[method].toString().split(") {");
    if (/\boptions\b/.test(parameters)) calls.push(call);
  }
  const names = Object.keys(BEFORE_OPTIONS);
  assertEquals(calls.filter((call) => !names.includes(call)), []);
});

test("an option that is misspelt is named, with what was meant", async (t) => {
  const client = aClient(t);
  const worker = aWorker(t);
  const server = "127.0.0.1";
  const away = { listen: memoryNetwork().listen };
  const cases: [call: () => unknown, option: string, meant: string][] = [
    [() => new Client({ ...options, retyr: "safe" } as never), "retyr", "retry"],
    [() => new Worker({ ...options, concurency: 4 } as never), "concurency", "concurrency"],
    [() => new Admin({ ...ends, server, dialTimout: 1 } as never), "dialTimout", "dialTimeout"],
    [() => client.submit(FUNCTION, "x", { timout: 100 } as never), "timout", "timeout"],
    [
      () => client.submitAll([{ functionName: FUNCTION, worklaod: "" } as never]),
      "worklaod",
      "workload",
    ],
    [() => client.background(FUNCTION, "", { dealy: 1 } as never), "dealy", "delay"],
    [() => worker.add(FUNCTION, handler, { ontimeout: "fail" } as never), "ontimeout", "onTimeout"],
    [() => worker.take({ wiat: false } as never), "wiat", "wait"],
    [() => worker.drain({ timout: 1 } as never), "timout", "timeout"],
    [() => client.ping({ server: { hots: server } as never }), "hots", "host"],
    [() => client.ping({ server: { host: server, tsl: {} } as never }), "tsl", "tls"],
    [
      () => client.ping({ server: { host: server, tls: { crt: "" } } as never }),
      "crt",
      "cert",
    ],
    [
      () => client.background(FUNCTION, "", { schedule: { minute: 0, dayofweek: "mon" } as never }),
      "dayofweek",
      "dayOfWeek",
    ],
    [() => fullJitter({ frist: 1 } as never), "frist", "first"],
    [() => JobServer.listen({ ...away, stor: "x" } as never), "stor", "store"],
    [() => JobServer.listen({ ...away, results: { tll: 1 } } as never), "tll", "ttl"],
    [() => JobServer.listen({ ...away, addresses: [{ hots: "" }] } as never), "hots", "host"],
  ];
  for (const [call, option, meant] of cases) {
    const message = await messageOf(call);
    assertMatch(
      message,
      new RegExp(`^Unknown option "${option}" of .+: did you mean "${meant}"\\?$`),
    );
  }
});

test("nearest() finds what a slip meant, and nothing far away", () => {
  const words = ["--port", "--pid-file", "--protocol"];
  assertEquals(nearest("--prot", words), "--protocol");
  assertEquals(nearest("--potr", ["--port"]), "--port");
  assertEquals(nearest("--opt", ["--port"]), undefined);
  assertEquals(nearest("--por", words), "--port");
  assertEquals(nearest("--pid-flie", words), "--pid-file");
  assertEquals(nearest("--zzzz", words), undefined);
  assertEquals(nearest("PORT", ["path", "port"]), "port");
  assertEquals(nearest("post", ["top", "path"]), undefined);
  assertEquals(nearest("backgruond", ["submit", "background"]), "background");
  assertEquals(nearest("abcdef", ["abxxef", "abcdxf"]), "abcdxf");
  assertEquals(nearest("abcdef", ["abdcfe", "xyzdef"]), "abdcfe");
  assertEquals(nearest("x", []), undefined);
});

/** What is tried for every option. */
const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  "5": 5,
  "-1": -1,
  NaN: NaN,
  text: "text",
  empty: "",
  true: true,
  list: [],
  object: {},
  promise: Promise.resolve(),
  function: () => {},
  date: new Date(0),
};

/** What a client's and a worker's options have alike. */
const CONNECTED: Taken = {
  servers: "text",
  codec: "",
  maxPacketBytes: "5",
  clock: "",
  dial: "function",
  dialTimeout: "5",
  answerTimeout: "5",
  heartbeat: "5",
  jobs: "",
};

/** Which of these each option takes. Of the others, each is refused by name, with what is expected. */
const TAKEN: Readonly<Record<string, { make: (options: object) => unknown; by: Taken }>> = {
  "new Client()": {
    make: (its) => new Client({ ...options, ...its }).close(),
    by: {
      ...CONNECTED,
      balance: "",
      retry: "null",
      retryFor: "5 null",
      taskBytes: "5 null",
      linkBytes: "5 null",
      maxResultBytes: "5 null",
      backoff: "function",
      exceptions: "true",
      stacks: "null true",
    },
  },
  "new Worker()": {
    make: (its) => new Worker({ ...options, ...its }).close(),
    by: {
      ...CONNECTED,
      concurrency: "5",
      id: "text",
      backoff: "function",
      poll: "5",
      resetAbilities: "null true",
    },
  },
  "new Admin()": {
    make: (its) => new Admin({ ...ends, server: "127.0.0.1", ...its }).close(),
    by: { server: "text", clock: "", dial: "function", dialTimeout: "5", answerTimeout: "5" },
  },
  "worker.add()": {
    make: (its) => new Worker(options).add(FUNCTION, handler, its).close(),
    by: { timeout: "5", onTimeout: "", concurrency: "5", announce: "true" },
  },
  "fullJitter()": {
    make: fullJitter,
    by: { first: "5", most: "5", random: "function" },
  },
  "JobServer.listen()": {
    make: async (its) => {
      const server = await JobServer.listen({ listen: memoryNetwork().listen, ...its });
      await server.close();
    },
    by: {
      host: "text",
      port: "5",
      path: "text",
      tls: "",
      addresses: "null text",
      authorize: "list function",
      maxPacketBytes: "5",
      maxWaitingBytes: "5",
      maxQueuedBytes: "5",
      maxConnections: "5",
      idleTimeout: "5",
      partialTimeout: "5",
      handlePrefix: "text",
      version: "text empty",
      pid: "5",
      logLevel: "text empty",
      shutdown: "function",
      jobRetries: "5",
      workerWakeup: "5",
      roundRobin: "true",
      exceptions: "true",
      timeZone: "",
      results: "",
      codec: "",
      warn: "function",
      clock: "",
      wallTime: "function",
    },
  },
};

/** The names of values, by that of the option. */
type Taken = Readonly<Record<string, string>>;

for (const [call, { make, by }] of Object.entries(TAKEN)) {
  test(`${call} refuses what an option cannot be by name`, async () => {
    for (const [option, names] of Object.entries(by)) {
      const taken: string[] = [];
      for (const [name, value] of Object.entries(VALUES)) {
        try {
          await make({ [option]: value });
          taken.push(name);
        } catch (error) {
          const isMisuse = error instanceof TypeError || error instanceof RangeError;
          assert(isMisuse, `${option}: ${name}: ${error}`);
          assertMatch(error.message, /^(Expected|Unknown option) /, `${option}: ${name}`);
        }
      }
      assertEquals(taken.join(" "), names, `What ${option} takes`);
    }
  });
}

test("JobServer.listen() says what an option may be, and takes addresses as clients do", async (t) => {
  const listen = (options: object) =>
    JobServer.listen({ listen: memoryNetwork().listen, ...options } as never);
  const cases: [options: object, message: RegExp][] = [
    [{ store: 5 }, /^Expected store as the path of a file, or a Store, got 5$/],
    [{ port: "4730" }, /^Expected a port as a number from 0 to 65535, got "4730"$/],
    [{ host: 5 }, /^Expected host to be a name or an address, got 5$/],
    [{ path: "" }, /^Expected path to be that of a unix socket, got ""$/],
    [{ tls: {} }, /^Expected tls.cert as PEM text, got undefined$/],
    [{ tls: true }, /^Expected options of tls as an object, got true$/],
    [{ addresses: 5 }, /^Expected options of an address as an object, got 5$/],
    [{ addresses: "a b" }, /^Expected a server such as .+, got "a b"$/],
    [
      { addresses: "tls://a" },
      /^Expected \{ host, port, tls: \{ cert, key \} \} for TLS, got "tls/,
    ],
    [{ codec: "zip" }, /^Expected the codec /],
    [{ warn: true }, /^Expected warn to be a function, got true$/],
    [{ version: 2 }, /^Expected version as text, got 2$/],
    [{ roundRobin: "no" }, /^Expected roundRobin to be true or false, got "no"$/],
    [{ results: { ttl: "1" } }, /^Expected ttl to be 0 or more, got "1"$/],
  ];
  for (const [options, message] of cases) {
    const error = await assertRejects(() => listen(options), Error);
    assertMatch(error.message, message);
    assert(error instanceof TypeError || error instanceof RangeError, `${error}`);
  }
  for (const [options, hint] of [[4799, "{ port: 4799 }"], ["a:1", '{ addresses: "a:1" }']]) {
    const call = () => JobServer.listen(options as never);
    await assertRejects(call, TypeError, `${hint}`);
  }
  const addresses = async (addresses: unknown) => t.use(await listen({ addresses })).addresses;
  const a = { host: "127.0.0.1", port: 4730 };
  assertEquals(await addresses("127.0.0.1:4730"), [a]);
  assertEquals(await addresses(["127.0.0.1", "unix:/gear"]), [a, { path: "/gear" }]);
  assertEquals(await addresses({ host: "127.0.0.1" }), [a]);
});

test("new JobServer() says how servers are made, and a server is given by its address", async (t) => {
  const make = JobServer as unknown as new (options?: object) => unknown;
  for (const options of [undefined, {}, { port: 4730 }]) {
    assertThrows(() => new make(options), TypeError, "Expected JobServer.listen()");
  }
  const server = await aServer(t) as JobServer;
  const clientOf = (servers: unknown) => () => new Client({ ...ends, servers } as never);
  assertThrows(clientOf(Promise.resolve()), TypeError, "got a promise: await JobServer.listen()");
  assertThrows(clientOf([server]), TypeError, "got a JobServer: give its address");
  assertThrows(
    clientOf(undefined),
    TypeError,
    "servers: undefined }: was JobServer.listen()",
  );
});

test("an option that is undefined is not given, and what is inherited counts", async (t) => {
  const client = aClient(t);
  client.submit(FUNCTION, "", { timeout: undefined, zzz: undefined } as never);
  client.submit(FUNCTION, "", Object.assign(Object.create(null), { priority: "low" }));
  const inherited = Object.create({ timeout: -1 });
  assertThrows(() => client.submit(FUNCTION, "", inherited), RangeError, "timeout");
  // It has a signal.
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await assertRejects(() => client.submit(FUNCTION, "", controller).result(), Error, "enough");
});

test("a second reader of a task is turned away by the iterator's first step", async (t) => {
  const task = aTask(t);
  task.stream();
  const second = task[Symbol.asyncIterator]();
  await assertRejects(() => second.next(), TypeError, "Expected one reader of a task");
  assertEquals(ITERATORS.length, 3, "Only a task may be read once");
});

test("a failure that nobody awaits is left unhandled by no call", async (t) => {
  // The runner fails the test if one is.
  const dial = failing("REFUSED");
  const away = { ...options, dial, backoff: () => Infinity };
  const client = t.use(new Client(away));
  const admin = t.use(new Admin({ ...ends, dial, server: "127.0.0.1" }));
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
