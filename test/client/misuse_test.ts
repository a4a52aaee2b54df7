/** What programs are told that use the library wrongly, and have no compiler to say so. */
import { assert, assertEquals, assertRejects, assertThrows, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client, type SubmitOptions, type Task, TaskFeed } from "../../src/client/mod.ts";
import {
  JobException,
  JobFailed,
  JobInvalid,
  JobLost,
  JobTimeout,
  ServerError,
} from "../../src/errors.ts";
import { type AnyJobs, codec, defineJobs } from "../../src/jobs/mod.ts";
import { withDial } from "../../src/link/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { addressText, type Dial } from "../../src/sockets/socket.ts";
import { Worker } from "../../src/worker/mod.ts";
import { clientOf } from "./fixtures.ts";

const { dial } = memoryNetwork();

test("constructors name the option that says where the servers are, and what they got", () => {
  const cases: [options: unknown, got: string][] = [
    [{ dial }, "none of them"],
    [{ server: "127.0.0.1", timeout: 5, dial }, "{ server, timeout }"],
    [undefined, "undefined"],
    ["127.0.0.1:4730", '"127.0.0.1:4730"'],
  ];
  for (const [options, got] of cases) {
    const message = `Expected options such as { servers: "127.0.0.1:4730" }, got ${got}`;
    assertThrows(() => new Client(options as never), TypeError, message);
    assertThrows(() => new Worker(options as never), TypeError, message);
  }
  assertThrows(
    () => new Admin({ servers: "127.0.0.1", dial } as never),
    TypeError,
    'Expected options such as { server: "127.0.0.1:4730" }, got { servers }',
  );
});

test("withDial() leaves a dial alone, and says what options are where there are none", () => {
  const other = memoryNetwork().dial;
  const options: { servers: string; dial?: Dial } = { servers: "127.0.0.1" };
  assertEquals(withDial(options, dial), { ...options, dial });
  assertEquals(withDial({ ...options, dial }, other), { ...options, dial });
  for (const none of [undefined, null, "127.0.0.1:4730"]) {
    assertThrows(
      () => withDial(none as never, dial),
      TypeError,
      "Expected options such as { servers",
    );
  }
});

test("submit() says of what only background() takes that it is so", async (t) => {
  const { client } = await clientOf(t, []);
  for (const option of ["at", "delay", "schedule"]) {
    const options = { [option]: 60_000 } as never;
    const message = (of: string) => `Unknown option "${option}" of ${of}: background() takes it`;
    const submitAll = (job: object, options?: object) => () =>
      client.submitAll([{ functionName: "f", ...job }], options);
    assertThrows(() => client.submit("f", "", options), TypeError, message("submit()"));
    assertThrows(submitAll({}, options), TypeError, message("submitAll()"));
    assertThrows(submitAll(options), TypeError, message("job 0"));
  }
});

test("constructors say which call takes an option that they do not have", () => {
  const options = { servers: "127.0.0.1", dial };
  const cases: [make: () => unknown, option: string, of: string, call: string][] = [
    [() => new Client({ ...options, timeout: 5 } as never), "timeout", "Client", "submit()"],
    [() => new Client({ ...options, at: 5 } as never), "at", "Client", "background()"],
    [() => new Worker({ ...options, timeout: 5 } as never), "timeout", "Worker", "add()"],
  ];
  for (const [make, option, of, call] of cases) {
    assertThrows(make, TypeError, `Unknown option "${option}" of new ${of}(): ${call} takes it`);
  }
});

test("a signal or a feed that is none is misuse, and leaves nothing behind", async (t) => {
  const { client } = await clientOf(t, []);
  const noSignal = { signal: {} as AbortSignal };
  const feed = new TaskFeed();
  const signal = "Expected an AbortSignal as signal, got an object";
  const wrongs: [options: SubmitOptions, message: string][] = [
    [noSignal, signal],
    [{ signal: null as never }, "Expected an AbortSignal as signal, got null"],
    [{ feed: {} as TaskFeed }, "Expected a TaskFeed as feed, got an object"],
  ];
  for (const [options, message] of wrongs) {
    assertThrows(() => client.submit("f", "", { feed, ...options }), TypeError, message);
    const jobs = [{ functionName: "f" }, { functionName: "f", ...options }];
    assertThrows(() => client.submitAll(jobs, { feed }), TypeError, message);
  }
  assertEquals(feed.open, 0);
  const jobs = [{ functionName: "f" }, { functionName: "f", ...noSignal }];
  assertThrows(() => client.backgroundAll(jobs), TypeError, signal);
  await assertRejects(() => client.background("f", "", noSignal), TypeError, signal);
  await assertRejects(() => client.status({ unique: "u" }, noSignal), TypeError, signal);
});

test("a workload that is none is named, with what makes one of it", async (t) => {
  const { client } = await clientOf(t, []);
  const cases: [workload: unknown, end: string][] = [
    [5, "got 5: JSON.stringify() makes text of it"],
    [new Date(0), "got an object (Date): JSON.stringify() makes text of it"],
    [new ArrayBuffer(1), "got an object (ArrayBuffer): new Uint8Array(buffer) is bytes"],
    [
      Uint16Array.of(1),
      "(Uint16Array): new Uint8Array(x.buffer, x.byteOffset, x.byteLength) is bytes",
    ],
    [Promise.resolve("a"), "got an object (Promise): await it"],
    [new ReadableStream(), "got an object (ReadableStream): give { size, stream }"],
    [() => "a", "got a function: call it"],
    [(function* () {})(), "got an object (no class): JSON.stringify() makes text of it"],
    [new Blob(["a"]), "got a function: { size: blob.size, stream: blob.stream() }"],
  ];
  for (const [workload, end] of cases) {
    assertThrows(() => client.submit("f", workload as never), TypeError, end);
    await assertRejects(() => client.background("f", workload as never), TypeError, end);
  }
  await assertRejects(() => client.ping({ data: "a" as never }), TypeError, 'Uint8Array, got "a"');
});

test("numbers are numbers: text that looks like one is none", async (t) => {
  const { client } = await clientOf(t, []);
  const cases: [options: object, message: string][] = [
    [{ timeout: "5" }, 'Expected timeout in milliseconds, 0 or more, or Infinity, got "5"'],
    [{ timeout: null }, "got null"],
    [{ delay: "5" }, 'Expected delay in milliseconds, 0 to 8640000000000000, got "5"'],
    [{ at: "2027-01-01" }, "Expected at as a date"],
  ];
  for (const [options, message] of cases) {
    await assertRejects(() => client.background("f", "", options as never), RangeError, message);
  }
  assertThrows(() => client.submit("f", "", { taskBytes: "5" as never }), RangeError, 'got "5"');
  for (const wrong of [{ backoff: 5 }, { jobs: { f: {} } }]) {
    const options = { servers: "127.0.0.1", dial, ...wrong } as never;
    for (const End of [Client, Worker]) {
      assertThrows(() => new End(options), TypeError, "Expected ");
    }
  }
});

test("a typed job without an input says so, and is not sent", async (t) => {
  const jobs = defineJobs({ f: { input: codec.json(), output: codec.json() } });
  const client = t.use(new Client<AnyJobs>({ servers: "127.0.0.1", dial, jobs: jobs as never }));
  const expected =
    'Expected a fitting input of function "f", got: Expected a value that JSON can say';
  const error = await assertRejects(
    () => client.submit("f").value(),
    JobInvalid,
    expected,
  );
  assertEquals([error.code, error.outcome], ["INVALID_INPUT", "unsent"]);
  const [one] = await client.submitAll([{ functionName: "f" }]).settled();
  assert(one.status === "rejected" && one.reason instanceof JobInvalid);
  assertThrows(
    () => defineJobs(undefined as never),
    TypeError,
    "Expected { name: { input, output } }",
  );
  assertThrows(() => defineJobs({ f: null as never }), TypeError, "input of function");
});

test("a task that is printed in place of its result says how to have that", async (t) => {
  const { client } = await clientOf(t, []);
  const task = client.submit("f");
  const text = 'Task of "f" (unsent): await its result()';
  assertEquals(`${task}`, text);
  for (const runtime of ["nodejs.util.inspect.custom", "Deno.customInspect"]) {
    const inspect = (task as unknown as Record<symbol, () => string>)[Symbol.for(runtime)];
    assertEquals(inspect.call(task), text);
  }
  await client.close();
  await assertRejects(() => task.result());
});

test("a job whose time is up, and of which nothing was heard, asks who runs it", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => {
    for (const handle of ["H:fake:1", "H:fake:2"]) {
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", handle);
    }
    await peer.send("WORK_STATUS", "H:fake:2", "1", "2");
  }], { clock });
  const [silent, begun] = ["f", "g"].map((name) => client.submit(name, "", { timeout: 10 }));
  for await (const { type } of begun) {
    assertEquals(type, "status");
    break;
  }
  clock.turn(10);
  const messageOf = async (task: Task) => {
    return (await assertRejects(() => task.result(), JobTimeout)).message;
  };
  const late = (name: string) =>
    `Expected the end of a job of function "${name}" within 10 ms, none came`;
  assertEquals(await messageOf(silent), `${late("f")}: does a started worker offer it?`);
  assertEquals(await messageOf(begun), late("g"));
});

test("submitAll() and backgroundAll() let go of the streams of other jobs where one is misuse", async (t) => {
  const { client } = await clientOf(t, []);
  for (const all of ["submitAll", "backgroundAll"] as const) {
    const stream = new ReadableStream<Uint8Array>();
    const streamed = { functionName: "f", workload: { size: 3, stream } };
    const wrongs = [{ functionName: "" }, streamed, "a"];
    for (const wrong of wrongs) {
      assertThrows(() => client[all]([streamed, wrong] as never), TypeError);
      assertEquals(stream.locked, false);
    }
  }
});

test("submitAll() and backgroundAll() say which job is none", async (t) => {
  const { client } = await clientOf(t, []);
  for (const all of ["submitAll", "backgroundAll"] as const) {
    const submit = (jobs: unknown) => () => client[all](jobs as never);
    assertThrows(
      submit([{ functionName: "f" }, "a"]),
      TypeError,
      'Expected { functionName, workload } as job 1, got "a"',
    );
    assertThrows(
      submit("jobs"),
      TypeError,
      'Expected jobs such as [{ functionName, workload }], got "jobs"',
    );
    for (const none of [undefined, null, { functionName: "f" }]) {
      assertThrows(submit(none), TypeError, "Expected jobs such as [");
    }
  }
});

test("errors of a job take no text, and say how a job fails with one", () => {
  for (const make of [JobFailed, JobLost]) {
    assertThrows(
      () => new make("no" as never),
      TypeError,
      'Expected options such as { handle }, got "no": a job fails with a text where its handler throws',
    );
  }
  assertThrows(() => new JobException(new Uint8Array(), "no" as never), TypeError, 'got "no"');
  assertThrows(
    () => new JobException("no" as never),
    TypeError,
    'Expected data as a Uint8Array, got "no"',
  );
});

test("fate() says of a server that keeps no results that it keeps none", async (t) => {
  const { client, server } = await clientOf(t, [async (peer) => {
    await peer.expect("OPTION_REQ");
    await peer.send("ERROR", "UNKNOWN_OPTION", "No such option");
    await peer.expect("OPTION_REQ");
    await peer.send("ERROR", "ACCESS_DENIED", "");
  }]);
  const unknown = await assertRejects(() => client.fate({ unique: "u" }), ServerError);
  assertEquals(
    [unknown.serverCode, unknown.serverText, unknown.outcome, unknown.message],
    [
      "UNKNOWN_OPTION",
      "No such option",
      "unsent",
      'Server answered "UNKNOWN_OPTION": "No such option": it keeps no results, as gearmand does ' +
      "not; JobServer does, with `results`, and geartrain serve with --results-ttl",
    ],
  );
  const asText = { unique: "u", server: addressText(server.address) };
  const denied = await assertRejects(() => client.fate(asText), ServerError);
  assertEquals(denied.message, 'Server answered "ACCESS_DENIED"');
});

test("follow() throws for what is no job before it asks for anything", async (t) => {
  const { client } = await clientOf(t, []);
  assertThrows(() => client.follow({ handle: "" }), TypeError, "a handle");
  assertThrows(() => client.follow("H:fake:1" as never), TypeError, "{ handle } or { unique }");
  for (const server of [{ host: "elsewhere", port: 1 }, "elsewhere:1", "a,b"]) {
    const elsewhere = { server, handle: "H:fake:1" };
    assertThrows(() => client.follow(elsewhere), TypeError, "a server of this client");
  }
  const nowhere = { server: 42 as never, handle: "H:fake:1" };
  await assertRejects(() => client.fate(nowhere), TypeError, "Expected a server such as");
});
