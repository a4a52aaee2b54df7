/** What the calls of a client put on the wire, and what comes back: reduce jobs, time, many at once, following, streams, limits. */
import { assert, assertEquals, assertRejects, assertThrows, test } from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import type { JobStatus } from "../../src/client/mod.ts";
import {
  GearmanError,
  JobFailed,
  JobTimeout,
  ResultTooLarge,
  TaskOverflow,
} from "../../src/errors.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { accept, clientOf, complete, quiet } from "./fixtures.ts";

test("background() with at or delay asks for EPOCH, in whole seconds rounded up", async (t) => {
  const asked: string[][] = [];
  const { client, server } = await clientOf(t, [async (peer) => {
    for (let i = 0; i < 4; i++) {
      const { name, args } = await peer.next();
      asked.push([name, args[0], args[2], args[3]]);
      peer.send("JOB_CREATED", `H:fake:${i}`);
    }
  }]);
  await client.background("f", "w", { at: new Date(10_000) });
  await client.background("f", "w", { at: 10_001 });
  await client.background("f", "w", { at: 0 });
  const before = Date.now();
  await client.background("f", "w", { delay: 1_500 });
  const after = Date.now();
  await server.done;
  assertEquals(asked.slice(0, 3), [
    ["SUBMIT_JOB_EPOCH", "f", "10", "w"],
    ["SUBMIT_JOB_EPOCH", "f", "11", "w"],
    ["SUBMIT_JOB_EPOCH", "f", "0", "w"],
  ]);
  const second = Number(asked[3][2]);
  assert(second >= Math.ceil((before + 1_500) / 1_000), `Got ${second}`);
  assert(second <= Math.ceil((after + 1_500) / 1_000), `Got ${second}`);
});

test("background() refuses times that are none, and options that exclude one another", async (t) => {
  const { client } = await clientOf(t, []);
  const refuses = (options: object, message: string) =>
    assertRejects(() => client.background("f", "", options as { delay: number }), Error, message);
  await refuses({ at: new Date(NaN) }, "Expected at as a date");
  await refuses({ at: -1 }, "got -1");
  await refuses({ delay: Infinity }, "got Infinity");
  await refuses({ delay: -1 }, "Expected delay in milliseconds");
  await refuses({ at: 1, delay: 1 }, "got both");
  await refuses({ delay: 1, priority: "high" }, "got two of them");
  await refuses({ delay: 1, reducer: "sum" }, "got two of them");
  await refuses({ reducer: "sum", priority: "low" }, "got both");
  await refuses({ reducer: "" }, "Expected a reducer");
  await refuses({ reducer: "r".repeat(64) }, "at most 63 bytes, got 64");
});

test("a reducer makes a reduce job, with the argument that nobody looks at", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals(await peer.expect("SUBMIT_REDUCE_JOB"), ["map", "u", "sum", "", "w"]);
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "6");
    assertEquals((await peer.expect("SUBMIT_REDUCE_JOB_BACKGROUND")).slice(2), ["sum", "", "w"]);
    peer.send("JOB_CREATED", "H:fake:2");
  }]);
  assertEquals(await client.submit("map", "w", { unique: "u", reducer: "sum" }).text(), "6");
  assertEquals((await client.background("map", "w", { reducer: "sum" })).handle, "H:fake:2");
});

test("submitAll() gives tasks at once, values as they come, and all of them in order", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    for (const handle of ["H:fake:1", "H:fake:2", "H:fake:3"]) await accept(peer, handle);
    await peer.send("WORK_COMPLETE", "H:fake:3", "c");
    await peer.send("WORK_FAIL", "H:fake:1");
    await peer.send("WORK_COMPLETE", "H:fake:2", "b");
    for (const handle of ["H:fake:4", "H:fake:5"]) await accept(peer, handle);
    await peer.send("WORK_COMPLETE", "H:fake:5", "e");
    await peer.send("WORK_COMPLETE", "H:fake:4", "d");
  }]);
  const batch = client.submitAll(
    ["1", "2", "3"].map((workload) => ({ functionName: "f", workload })),
  );
  assertEquals([batch.length, batch.tasks.length], [3, 3]);
  const order: [number, string][] = [];
  for await (const { index, status } of batch) order.push([index, status]);
  assertEquals(order, [[2, "fulfilled"], [0, "rejected"], [1, "fulfilled"]]);
  assertEquals((await batch.settled()).map(({ status }) => status), [
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  // Nobody waits for this one: that is no rejection which nobody handles.
  void batch.all();
  await assertRejects(() => batch.all(), JobFailed);
  assertEquals(await batch.tasks[1].text(), "b");
  const values = await client.submitAll(Array(2).fill({ functionName: "f" })).all();
  assertEquals(values.map((value) => new TextDecoder().decode(value)), ["d", "e"]);
});

test("submitAll() sends thousands in one write", async (t) => {
  const workloads: string[] = [];
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.next();
      await peer.send("ECHO_RES", "");
      for (let i = 0; i < 2_000; i++) workloads.push((await peer.next()).args[2]);
    }]),
  );
  let writes = 0;
  const dial: Dial = async (to, options) => {
    const socket = await server.dial(to, options);
    const write = socket.write.bind(socket);
    socket.write = (bytes) => {
      writes++;
      return write(bytes);
    };
    return socket;
  };
  const { client } = await clientOf(t, [], { servers: server.address, dial });
  await client.ping();
  writes = 0;
  const jobs = Array.from({ length: 2_000 }, (_, i) => ({ functionName: "f", workload: `${i}` }));
  client.submitAll(jobs);
  await server.done;
  assertEquals(writes, 1);
  assertEquals(workloads, jobs.map(({ workload }) => workload));
});

test("submitAll() throws for one job that cannot be, and then sends none", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals((await peer.next()).name, "ECHO_REQ");
    peer.send("ECHO_RES", "");
  }]);
  const jobs = [{ functionName: "f" }, { functionName: "" }];
  assertThrows(() => client.submitAll(jobs, { timeout: 1_000 }), TypeError, "function name");
  assertThrows(() => client.backgroundAll(jobs), TypeError, "function name");
  await client.ping();
});

test("backgroundAll() gives receipts; a job's options come before those for all", async (t) => {
  const names: string[] = [];
  const { client } = await clientOf(t, [async (peer) => {
    for (let i = 1; i <= 3; i++) {
      const { name, args } = await peer.next();
      names.push(`${name} ${args[1]}`);
      if (i === 2) await peer.send("ERROR", "QUEUE_ERROR", "Job queue is full");
      else await peer.send("JOB_CREATED", `H:fake:${i}`);
    }
  }]);
  const batch = client.backgroundAll([
    { functionName: "f", unique: "a" },
    { functionName: "f", unique: "b", priority: "high" },
    { functionName: "f", unique: "c" },
  ], { priority: "low" });
  const settled = await batch.settled();
  assertEquals(names, ["SUBMIT_JOB_LOW_BG a", "SUBMIT_JOB_HIGH_BG b", "SUBMIT_JOB_LOW_BG c"]);
  assertEquals(settled.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
});

test("follow() tells how a job stands each time that has changed, until it is gone", async (t) => {
  const clock = handClock();
  const answers = [["0", "0", "0"], ["0", "0", "0"], ["1", "1", "2"], ["1", "2", "2"]];
  const { client, server } = await clientOf(t, [async (peer) => {
    for (const [running, numerator, denominator] of answers) {
      await peer.expect("GET_STATUS");
      await peer.send("STATUS_RES", "H:fake:1", "1", running, numerator, denominator);
    }
    await peer.expect("GET_STATUS");
    await peer.send("STATUS_RES", "H:fake:1", "0", "0", "0", "0");
  }], { clock, heartbeat: Infinity });
  const seen: string[] = [];
  const following = (async () => {
    for await (
      const { isRunning, numerator } of client.follow({ handle: "H:fake:1" }, { every: 50 })
    ) {
      seen.push(`${isRunning} ${numerator}`);
    }
  })();
  for (let i = 0; i < answers.length; i++) {
    await quiet();
    clock.turn(50);
  }
  await Promise.all([following, server.done]);
  assertEquals(seen, ["false 0", "true 1", "true 2"]);
});

test("follow() ends with the signal's reason, also between two questions", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    await peer.send("STATUS_RES_UNIQUE", "u", "1", "1", "0", "0", "0");
  }], { clock, heartbeat: Infinity, answerTimeout: Infinity });
  const controller = new AbortController();
  const { signal } = controller;
  const seen: JobStatus[] = [];
  const following = (async () => {
    for await (const status of client.follow({ unique: "u" }, { signal })) seen.push(status);
  })();
  await quiet();
  controller.abort(new Error("enough"));
  await assertRejects(() => following, Error, "enough");
  assertEquals([seen.length, clock.pending], [1, 0]);
  assertThrows(() => client.follow({ unique: "u" }, { every: 0 }), RangeError, "got 0");
});

test("a task's stream gives data and the result, and ends", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_DATA", "H:fake:1", "one ");
    peer.send("WORK_STATUS", "H:fake:1", "1", "2");
    peer.send("WORK_WARNING", "H:fake:1", "careful");
    peer.send("WORK_DATA", "H:fake:1", "two ");
    peer.send("WORK_COMPLETE", "H:fake:1", "three");
  }]);
  const task = client.submit("f");
  assertEquals(await new Response(task.stream()).text(), "one two three");
  assertThrows(() => task.stream(), TypeError, "Expected one reader of a task, got a second");
  assertEquals(await task.text(), "one two three");
});

test("a task's stream fails as the job does, and to cancel it is to stop following", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await peer.send("WORK_DATA", "H:fake:1", "some");
    await peer.send("WORK_FAIL", "H:fake:1");
    await accept(peer, "H:fake:2");
    await peer.send("WORK_DATA", "H:fake:2", "some");
  }]);
  const failing = client.submit("f").stream().getReader();
  assertEquals((await failing.read()).value?.length, 4);
  await assertRejects(() => failing.read(), JobFailed);
  const task = client.submit("f");
  const reader = task.stream().getReader();
  await reader.read();
  await reader.cancel(new Error("enough"));
  await assertRejects(() => task.result(), Error, "enough");
});

test("all() rejects with the first failure there is, and waits for no other job", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    await peer.send("WORK_FAIL", "H:fake:2");
  }]);
  const batch = client.submitAll([{ functionName: "goes on" }, { functionName: "fails" }]);
  const error = await assertRejects(() => batch.all(), JobFailed);
  assertEquals(error.functionName, "fails");
});

test("maxResultBytes bounds data and result together, for the client and for a call", async (t) => {
  const script: Script = async (peer) => {
    for (let i = 1; i <= 3; i++) {
      await accept(peer, `H:fake:${i}`);
      await peer.send("WORK_DATA", `H:fake:${i}`, "12345");
      await peer.send("WORK_COMPLETE", `H:fake:${i}`, "67890");
    }
  };
  const { client } = await clientOf(t, [script], { maxResultBytes: 10 });
  assertEquals(await client.submit("f").text(), "1234567890");
  const error = await assertRejects(
    () => client.submit("f", "", { maxResultBytes: 9 }).result(),
    ResultTooLarge,
    'Job "H:fake:2" of function "f" sent more than the 9 bytes its result may have',
  );
  assertEquals([error.code, error.outcome, error.retriable], [
    "RESULT_TOO_LARGE",
    "accepted",
    false,
  ]);
  assertEquals((await client.submit("f", "", { maxResultBytes: Infinity }).result()).length, 10);
  assertThrows(() => client.submit("f", "", { maxResultBytes: NaN }), RangeError, "maxResultBytes");
});

test('overflow "drop" forgets the oldest for a reader, and result() says so', async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    for (let i = 0; i < 50; i++) peer.send("WORK_DATA", "H:fake:1", `${i}`.padEnd(36));
    await peer.send("WORK_COMPLETE", "H:fake:1", "end");
  }]);
  const task = client.submit("f", "", { taskBytes: 1_000, overflow: "drop" });
  await assertRejects(() => task.result(), TaskOverflow);
  const parts: number[] = [];
  for await (const event of task) {
    if (event.type === "data") parts.push(Number(new TextDecoder().decode(event.data)));
  }
  assert(parts.length > 0 && parts.length <= 10, `Expected ten parts at most, got ${parts.length}`);
  assertEquals(parts.at(-1), 49);
  assertThrows(() => client.submit("f", "", { overflow: "wait" as "drop" }), TypeError, '"wait"');
});

test("an error that comes later carries the stack of its submission", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    await peer.send("WORK_FAIL", "H:fake:1");
    for (let i = 0; i < 4; i++) await peer.next();
    await peer.gone;
  }], { clock, heartbeat: Infinity });
  const ends: Promise<unknown>[] = [];
  function somebodySubmits() {
    ends.push(client.submit("f").result());
  }
  function somebodyHandsOver() {
    ends.push(client.background("f", "", { timeout: 10 }));
  }
  function somebodySubmitsMany() {
    const jobs = [{ functionName: "f" }, { functionName: "f" }];
    ends.push(client.submitAll(jobs, { timeout: 10 }).all());
  }
  const stackOf = async (end: Promise<unknown>) => {
    const error = await assertRejects(() => end, GearmanError);
    assertEquals(error.stack!.split("\n")[0], `${error.name}: ${error.message}`);
    return error.stack!;
  };
  const isFrom = async (end: Promise<unknown>, name: string) => {
    const stack = await stackOf(end);
    assert(stack.split("\n")[1].includes(name), `Expected a frame of ${name}, got ${stack}`);
  };
  somebodySubmits();
  await isFrom(ends[0], "somebodySubmits");
  somebodyHandsOver();
  somebodySubmitsMany();
  await quiet();
  clock.turn(10);
  await isFrom(ends[1], "somebodyHandsOver");
  await isFrom(ends[2], "somebodySubmitsMany");
  const reason = new JobTimeout("mine", 1);
  const { stack } = reason;
  const task = client.submit("f", "", { signal: AbortSignal.abort(reason) });
  await assertRejects(() => task.result(), JobTimeout);
  assertEquals(reason.stack, stack);
});

test("Who submits thousands at a time gets the stack of one shortly before, and is told so", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => void await peer.gone], {
    clock,
    heartbeat: Infinity,
  });
  const stackOf = async (end: Promise<unknown>) => {
    return (await assertRejects(() => end, GearmanError)).stack!;
  };
  const many: Promise<unknown>[] = [];
  function manyOfThem() {
    for (let i = 0; i < 17; i++) many.push(client.submit("f", "", { timeout: 20 }).result());
  }
  function besideThem() {
    return client.submit("another", "", { timeout: 20 }).result();
  }
  function afterThem() {
    return client.submit("f", "", { timeout: 10 }).result();
  }
  manyOfThem();
  const beside = besideThem();
  clock.turn(10);
  // What is submitted in a row is of one time.
  await Promise.resolve();
  const after = afterThem();
  clock.turn(10);
  const stacks = await Promise.all(many.map(stackOf));
  for (const stack of stacks) assert(stack.includes("manyOfThem"), stack);
  assertEquals(stacks.map((stack) => stack.includes("one of many")).indexOf(true), 16);
  assert((await stackOf(beside)).includes("besideThem"));
  const stack = await stackOf(after);
  assert(stack.includes("afterThem") && !stack.includes("one of many"), stack);
});

test("stacks: false takes none", async (t) => {
  const script: Script = async (peer) => {
    await accept(peer);
    await peer.send("WORK_FAIL", "H:fake:1");
  };
  const { client } = await clientOf(t, [script], { stacks: false });
  const ends: Promise<unknown>[] = [];
  function somebodySubmits() {
    ends.push(client.submit("f").result());
  }
  somebodySubmits();
  const error = await assertRejects(() => ends[0], JobFailed);
  assert(!error.stack!.includes("somebodySubmits"), error.stack);
});

test("limits are checked before the wire", async (t) => {
  const { client } = await clientOf(t, [async (peer) => void await complete(peer)]);
  const long = "u".repeat(64);
  await assertRejects(() => client.background("f", "", { unique: long }), RangeError, "got 64");
  await assertRejects(() => client.background("f", "", { unique: "a\0" }), TypeError, "no NUL");
  await assertRejects(() => client.background(""), TypeError, "function name");
  await assertRejects(() => client.background("a\0b"), TypeError, "no NUL");
  assertThrows(() => client.submitAll([{ functionName: "f", unique: long }]), RangeError);
  await assertRejects(() => client.status({ unique: long }), RangeError, "got 64");
  await assertRejects(() => client.status({ handle: "h\0" }), TypeError, "no NUL");
  const unique = "é".repeat(31);
  assertEquals(await client.submit("f", "", { unique }).text(), "done");
});
