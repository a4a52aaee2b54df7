/** What programs are told that use the library wrongly, and have no compiler to say so. */
import { assertEquals, assertRejects, assertThrows, test } from "../_harness/mod.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client, type SubmitOptions, TaskFeed } from "../../src/client/mod.ts";
import { JobException, JobFailed, JobLost, ServerError } from "../../src/errors.ts";
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
    const message = `got "${option}", which only background() takes`;
    assertThrows(() => client.submit("f", "", options), TypeError, message);
    assertThrows(() => client.submitAll([{ functionName: "f" }], options), TypeError, message);
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
