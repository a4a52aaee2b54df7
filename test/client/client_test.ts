/** The client against a server that follows a script. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
  test,
} from "../_harness/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client } from "../../src/client/mod.ts";
import {
  GearmanError,
  JobException,
  JobFailed,
  JobLost,
  JobTimeout,
  LinkError,
  ProtocolError,
  ServerError,
  TaskOverflow,
} from "../../src/errors.ts";
import { accept, clientOf, clientTo } from "./fixtures.ts";

test("submit() resolves with data and result joined", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals(await peer.expect("SUBMIT_JOB"), ["reverse", "u1", "abc"]);
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_DATA", "H:fake:1", "c");
    peer.send("WORK_STATUS", "H:fake:1", "1", "2");
    peer.send("WORK_DATA", "H:fake:1", "b");
    peer.send("WORK_COMPLETE", "H:fake:1", "a");
  }]);
  const task = client.submit("reverse", "abc", { unique: "u1" });
  assertEquals(await task.text(), "cba");
  assertEquals(task.handle, "H:fake:1");
  assertEquals(task.status, { numerator: 1, denominator: 2 });
  assertEquals(task.outcome, "accepted");
});

test("submit() uses the command of its priority", async (t) => {
  const names: string[] = [];
  const { client, server } = await clientOf(t, [async (peer) => {
    for (let i = 0; i < 6; i++) names.push((await peer.next()).name);
  }]);
  for (const priority of ["high", "normal", "low"] as const) client.submit("f", "", { priority });
  for (const priority of ["high", "normal", "low"] as const) {
    client.background("f", "", { priority }).catch(() => {});
  }
  await server.done;
  assertEquals(names, [
    "SUBMIT_JOB_HIGH",
    "SUBMIT_JOB",
    "SUBMIT_JOB_LOW",
    "SUBMIT_JOB_HIGH_BG",
    "SUBMIT_JOB_BG",
    "SUBMIT_JOB_LOW_BG",
  ]);
});

test("a task's iterator gives data, warnings and status in the order of the wire", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_DATA", "H:fake:1", "one");
    peer.send("WORK_STATUS", "H:fake:1", "1", "2");
    peer.send("WORK_WARNING", "H:fake:1", "careful");
    peer.send("WORK_STATUS", "H:fake:1", "abc", "-1");
    peer.send("WORK_COMPLETE", "H:fake:1", "end");
  }]);
  const task = client.submit("f");
  const events: string[] = [];
  for await (const event of task) {
    events.push(
      event.type === "status"
        ? `${event.numerator}/${event.denominator}`
        : `${event.type} ${new TextDecoder().decode(event.data)}`,
    );
  }
  assertEquals(events, ["data one", "1/2", "warning careful", "0/-1"]);
  assertEquals(await task.text(), "oneend");
});

test("a task's iterator throws after the last event when the job failed", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_DATA", "H:fake:1", "one");
    peer.send("WORK_FAIL", "H:fake:1");
  }]);
  const task = client.submit("f");
  const seen: string[] = [];
  await assertRejects(async () => {
    for await (const event of task) seen.push(event.type);
  }, JobFailed);
  assertEquals(seen, ["data"]);
  await assertRejects(() => task.result(), JobFailed, 'Job "H:fake:1" of function "f" failed');
});

test("result() rejects with JobException and its data", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_EXCEPTION", "H:fake:1", "Error: no");
  }]);
  const error = await assertRejects(() => client.submit("f").result(), JobException);
  assertEquals(new TextDecoder().decode(error.data), "Error: no");
  assertEquals([error.code, error.outcome, error.retriable], ["EXCEPTION", "accepted", false]);
});

test("result() understands gearmand's WORK_FAIL with a NUL behind the handle", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    peer.relay("WORK_FAIL", new TextEncoder().encode("H:fake:1\0"));
    peer.send("WORK_COMPLETE", "H:fake:2", "fine");
  }]);
  const first = client.submit("f");
  const second = client.submit("f");
  assertEquals(await second.text(), "fine");
  await assertRejects(() => first.result(), JobFailed);
});

test("two submissions that share a handle each get every packet once", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    await accept(peer);
    for (const part of ["a", "b"]) {
      for (let copy = 0; copy < 2; copy++) peer.send("WORK_DATA", "H:fake:1", part);
    }
    for (let copy = 0; copy < 2; copy++) peer.send("WORK_COMPLETE", "H:fake:1", "c");
  }]);
  const tasks = [client.submit("f", "", { unique: "u" }), client.submit("f", "", { unique: "u" })];
  assertEquals(await Promise.all(tasks.map((task) => task.text())), ["abc", "abc"]);
});

test("background() resolves with server, handle and unique", async (t) => {
  const { client, server } = await clientOf(t, [async (peer) => {
    const [functionName, unique, workload] = await peer.expect("SUBMIT_JOB_BG");
    assertEquals([functionName, workload], ["mail", "to: me"]);
    assert(/^\w{21}-\w+$/.test(unique), unique);
    peer.send("JOB_CREATED", "H:fake:7");
  }]);
  const receipt = await client.background("mail", "to: me");
  assertEquals(receipt.handle, "H:fake:7");
  assertEquals(receipt.server, server.address);
  assert(/^\w{21}-\w+$/.test(receipt.unique), receipt.unique);
});

test("status() asks by handle or by unique", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals(await peer.expect("GET_STATUS"), ["H:fake:1"]);
    peer.send("STATUS_RES", "H:fake:1", "1", "1", "3", "10");
    assertEquals(await peer.expect("GET_STATUS_UNIQUE"), ["u"]);
    peer.send("STATUS_RES_UNIQUE", "u", "1", "0", "0", "0", "2");
  }]);
  assertEquals(await client.status({ handle: "H:fake:1" }), {
    isKnown: true,
    isRunning: true,
    numerator: 3,
    denominator: 10,
  });
  assertEquals(await client.status({ unique: "u" }), {
    isKnown: true,
    isRunning: false,
    numerator: 0,
    denominator: 0,
    clients: 2,
  });
});

test("status() throws when the receipt is of a server it does not know", async (t) => {
  const { client } = await clientOf(t, []);
  const server = { host: "10.0.0.9", port: 4730 };
  await assertRejects(() => client.status({ server, handle: "H:x:1" }), TypeError, "10.0.0.9:4730");
});

test("ping() resolves when the same bytes are back", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => {
    const [data] = await peer.expect("ECHO_REQ");
    clock.turn(25);
    peer.send("ECHO_RES", data);
  }], { clock });
  assertEquals(await client.ping({ data: new TextEncoder().encode("hi") }), 25);
});

test("exceptions are asked for before the first request", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals(await peer.expect("OPTION_REQ"), ["exceptions"]);
    assertEquals((await peer.next()).name, "SUBMIT_JOB");
    peer.send("ERROR", "UNKNOWN_OPTION", "never heard of it");
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "");
  }], { exceptions: true });
  assertEquals(await client.submit("f").text(), "");
});

test("an ERROR is the answer to the oldest request", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    await peer.next();
    peer.send("ERROR", "QUEUE_ERROR", "Job queue is full");
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "ok");
  }]);
  const [first, second] = [client.submit("f"), client.submit("f")];
  const error = await assertRejects(() => first.result(), ServerError);
  assertEquals([error.serverCode, error.outcome, error.retriable], ["QUEUE_ERROR", "unsent", true]);
  assertEquals(await second.text(), "ok");
});

test("a lost link tells what became of each request", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    await peer.next();
    peer.hangUp();
  }]);
  const accepted = client.submit("f");
  await accepted.accepted;
  const unacknowledged = client.background("f");
  const lost = await assertRejects(() => accepted.result(), JobLost);
  assertEquals(
    lost.message.endsWith(`when the link was lost: ${(lost.cause as Error).message}`),
    true,
  );
  assertEquals([lost.outcome, lost.retriable, lost.message.includes("H:fake:1")], [
    "accepted",
    false,
    true,
  ]);
  const error = await assertRejects(() => unacknowledged, LinkError);
  assertEquals([error.outcome, error.retriable], ["unacknowledged", false]);
  // The link's own error has the same words: between this one and its cause it would be read twice.
  assertInstanceOf(lost.cause, LinkError);
  assertEquals([error.message, error.cause], [lost.cause.message, lost.cause.cause]);
});

test("a client dials again after its link was lost", async (t) => {
  const { client } = await clientOf(t, [
    async (peer) => {
      await peer.next();
      peer.hangUp();
    },
    async (peer) => {
      await accept(peer, "H:fake:9");
      peer.send("WORK_COMPLETE", "H:fake:9", "again");
    },
  ]);
  await assertRejects(() => client.submit("f").result(), LinkError);
  assertEquals(await client.submit("f").text(), "again");
});

test("a refused dial settles everything as unsent", async (t) => {
  const { client, server } = await clientOf(t, []);
  await server[Symbol.asyncDispose]();
  const task = client.submit("f");
  for (const waiting of [task.result(), task.accepted, client.background("f"), client.ping()]) {
    const error = await assertRejects(() => waiting, LinkError);
    assertEquals([error.code, error.outcome, error.retriable], ["REFUSED", "unsent", true]);
  }
});

test("submissions move on to a server that can be reached", async (t) => {
  const { server } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_COMPLETE", "H:fake:1", "second");
  }]);
  const down: string[] = [];
  const client = clientTo(t, {
    servers: ["10.0.0.1:4730", server.address],
    random: () => 0,
    dial: server.dial,
  });
  client.addEventListener("down", (event) => down.push(event.reason!.code));
  assertEquals(await client.submit("f").text(), "second");
  assertEquals(down, ["REFUSED"]);
});

test("with no server to be reached the error names them all", async (t) => {
  const { server } = await clientOf(t, []);
  const servers = "10.0.0.1,10.0.0.2:4731";
  const client = t.use(new Client({ servers, random: () => 0, dial: server.dial }));
  const error = await assertRejects(() => client.submit("f").result(), LinkError);
  assertEquals(error.code, "NO_SERVERS");
  assertEquals(error.message.includes("10.0.0.1:4730, 10.0.0.2:4731"), true);
});

test("a late answer goes to nobody, and not to the next request", async (t) => {
  const clock = handClock();
  let release = () => {};
  const late = new Promise<void>((resolve) => release = resolve);
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    clock.turn(1_000);
    await late;
    peer.send("JOB_CREATED", "H:fake:1");
    await accept(peer, "H:fake:2");
    peer.send("WORK_COMPLETE", "H:fake:1", "late");
    peer.send("WORK_COMPLETE", "H:fake:2", "in time");
  }], { clock });
  const error = await assertRejects(
    () => client.background("f", "", { timeout: 1_000 }),
    JobTimeout,
  );
  assertEquals([error.code, error.outcome, error.retriable], ["TIMEOUT", "unacknowledged", false]);
  release();
  assertEquals(await client.submit("f").text(), "in time");
});

test("a server that does not answer in time is taken for dead, and dialled again", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [
    async (peer) => {
      await accept(peer);
      await peer.next();
      await peer.next();
      clock.turn(1_100);
      await peer.gone;
    },
    async (peer) => {
      await accept(peer, "H:fake:2");
      peer.send("WORK_COMPLETE", "H:fake:2", "alive");
    },
  ], { clock, answerTimeout: 1_000 });
  const running = client.submit("f");
  await running.accepted;
  for (const receipt of [client.background("f"), client.background("f")]) {
    const error = await assertRejects(() => receipt, LinkError);
    assertEquals([error.code, error.outcome], ["SILENT", "unacknowledged"]);
  }
  await assertRejects(() => running.result(), JobLost);
  assertEquals(await client.submit("f").text(), "alive");
});

test("what is laid for sending will leave, and does not call itself unsent", async (t) => {
  const clock = handClock();
  const { client, server } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_COMPLETE", "H:fake:1", "");
    assertEquals((await peer.next()).args[2], "charge");
  }], { clock });
  await client.submit("f").result();
  const controller = new AbortController();
  const task = client.submit("f", "charge", { signal: controller.signal });
  controller.abort(new Error("changed my mind"));
  await assertRejects(() => task.result(), Error, "changed my mind");
  assertEquals(task.outcome, "unacknowledged");
  await server.done;
});

test("a small workload may be changed after submit(), also while a link is dialled", async (t) => {
  // Copies of up to 2 KiB share blocks: these fill more than one.
  const sizes = [1, 47, 48, ...Array<number>(12).fill(2_048), 2_049, 16_383];
  const workloads: string[] = [];
  const { client, server } = await clientOf(t, [async (peer) => {
    for (const _ of sizes) workloads.push((await peer.next()).args[2]);
  }]);
  // As with Node's Buffer, whose slice() is a view.
  class Buffer extends Uint8Array {
    override slice(): Buffer {
      return this;
    }
  }
  const ways: readonly ((workload: Uint8Array) => unknown)[] = [
    (workload) => client.submit("f", workload),
    (workload) => client.background("f", workload),
    (workload) => client.submitAll([{ functionName: "f", workload }]),
    (workload) => client.backgroundAll([{ functionName: "f", workload }]),
  ];
  for (const [i, size] of sizes.entries()) {
    const bytes = new Buffer(size).fill(0x61 + i);
    ways[i % ways.length](bytes);
    bytes.fill(0);
  }
  await server.done;
  const given = sizes.map((size, i) => String.fromCharCode(0x61 + i).repeat(size));
  assertEquals(workloads, given);
});

test("a packet that comes in one read with another's end finds its own task", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    peer.send("WORK_COMPLETE", "H:fake:2", "fine");
    await peer.relay("WORK_FAIL", new TextEncoder().encode("H:fake:1\0"));
  }]);
  const [failed, fine] = [client.submit("f"), client.submit("f")];
  const error = await assertRejects(() => failed.result(), JobFailed);
  assertEquals(error.message, 'Job "H:fake:1" of function "f" failed');
  assertEquals(await fine.text(), "fine");
});

test("a link that ends in the middle of a read settles every task", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    peer.send("ERROR", "UNASKED", "nobody asked");
    await peer.send("WORK_COMPLETE", "H:fake:2", "too late");
  }]);
  const tasks = [client.submit("f"), client.submit("f")];
  for (const [i, task] of tasks.entries()) {
    const lost = await assertRejects(() => task.result(), JobLost);
    assertEquals(lost.message.includes(`H:fake:${i + 1}`), true);
  }
});

test("a handle that began without a slot keeps all its tasks when a slot becomes free", async (t) => {
  const long = `H:${"x".repeat(80)}:1`;
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, long);
    await accept(peer, long);
    for (let copy = 0; copy < 2; copy++) peer.send("WORK_DATA", long, "D");
    for (let copy = 0; copy < 2; copy++) peer.send("WORK_COMPLETE", long, "R");
  }]);
  const tasks = [client.submit("f"), client.submit("f")];
  assertEquals(await Promise.all(tasks.map((task) => task.text())), ["DR", "DR"]);
});

test("requests that meet servers that are all down settle, each server tried once", async (t) => {
  const { server } = await clientOf(t, []);
  const dialled: string[] = [];
  const client = t.use(
    new Client({
      servers: "10.0.0.1,10.0.0.2,10.0.0.3",
      dial: (to, options) => {
        dialled.push("host" in to ? to.host : to.path);
        return server.dial(to, options);
      },
      backoff: (attempt) => 5 - attempt,
      // Stands still: a server whose wait is over would be dialled beside the requests.
      clock: handClock(),
    }),
  );
  for (let round = 0; round < 3; round++) {
    dialled.length = 0;
    const error = await assertRejects(() => client.background("f"), LinkError);
    assertEquals([error.code, error.outcome], ["NO_SERVERS", "unsent"]);
    assertEquals(dialled.toSorted(), ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
  }
});

test("status() and ping() without a server ask one that can be reached", async (t) => {
  const { server } = await clientOf(t, [async (peer) => {
    await peer.expect("GET_STATUS");
    peer.send("STATUS_RES", "H:fake:1", "0", "0", "0", "0");
    await peer.expect("ECHO_REQ");
    peer.send("ECHO_RES", "");
  }]);
  const { dial, address } = server;
  const client = clientTo(t, { servers: ["10.0.0.1", address], dial });
  assertEquals((await client.status({ handle: "H:fake:1" })).isKnown, false);
  await client.ping();
  const error = await assertRejects(
    () => client.status({ server: { host: "10.0.0.1", port: 4730 }, handle: "H:fake:1" }),
    LinkError,
  );
  assertEquals(error.code, "REFUSED");
});

test("close() while a link is dialled is no event, and leaves what waited unsent", async (t) => {
  const { server } = await clientOf(t, []);
  const client = t.use(new Client({ servers: server.address, dial: server.dial }));
  client.addEventListener("down", () => {
    throw new Error("Expected no event");
  });
  const task = client.submit("f");
  await client.close();
  const error = await assertRejects(() => task.result(), LinkError);
  assertEquals([error.code, error.outcome], ["CLOSED", "unsent"]);
});

test("time limits of Infinity are none, and those that make no sense are refused", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_COMPLETE", "H:fake:1", "done");
  }], { answerTimeout: Infinity });
  assertEquals(await client.submit("f", "", { timeout: Infinity }).text(), "done");
  assertThrows(() => client.submit("f", "", { timeout: NaN }), RangeError, "got NaN");
  assertThrows(() => client.submit("f", "", { timeout: -1 }), RangeError, "got -1");
  const { dial } = await fakeServer([]);
  const options = { servers: "10.0.0.1", dial };
  assertThrows(() => new Client({ ...options, answerTimeout: -5 }), RangeError, "answerTimeout");
  assertThrows(() => new Client({ ...options, dialTimeout: NaN }), RangeError, "dialTimeout");
  assertThrows(() => new Client({ ...options, codec: "wsam" as "wasm" }), TypeError, '"wsam"');
  assertThrows(() => new Client({ ...options, maxPacketBytes: -1 }), RangeError, "maxPacketBytes");
});

test("timeout bounds the whole job", async (t) => {
  const clock = handClock();
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
  }], { clock });
  const task = client.submit("f", "", { timeout: 5_000 });
  await task.accepted;
  clock.turn(5_000);
  const error = await assertRejects(() => task.result(), JobTimeout);
  assertEquals(error.outcome, "accepted");
});

test("an abort stops the following with the signal's reason", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    peer.send("WORK_DATA", "H:fake:1", "unheard");
    peer.send("WORK_COMPLETE", "H:fake:1", "unheard");
    peer.send("WORK_COMPLETE", "H:fake:2", "heard");
  }]);
  const controller = new AbortController();
  const task = client.submit("f", "", { signal: controller.signal });
  await task.accepted;
  controller.abort(new Error("enough"));
  await assertRejects(() => task.result(), Error, "enough");
  assertEquals([task.outcome, task.handle], ["accepted", "H:fake:1"]);
  assertEquals(await client.submit("f").text(), "heard");
});

test("an abort before the call sends nothing", async (t) => {
  const { client } = await clientOf(t, []);
  const task = client.submit("f", "", { signal: AbortSignal.abort(new Error("never")) });
  await assertRejects(() => task.result(), Error, "never");
  assertEquals(task.outcome, "unsent");
});

test("close() settles what is under way", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    await peer.next();
    await peer.gone;
  }]);
  const task = client.submit("f");
  await task.accepted;
  const ping = client.ping();
  await client.close();
  await assertRejects(() => task.result(), JobLost);
  const error = await assertRejects(() => ping, LinkError);
  assertEquals([error.code, error.outcome], ["CLOSED", "unacknowledged"]);
  await assertRejects(() => client.submit("f").result(), LinkError, "Client was closed");
  await client.close();
});

test("an answer that nobody asked for ends the link with a ProtocolError", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    peer.send("NO_JOB");
  }]);
  const error = await assertRejects(() => client.submit("f").result(), ProtocolError);
  assertEquals([error.code, error.retriable], ["UNEXPECTED", false]);
});

test("bytes that are no packet end the link with a ProtocolError", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    peer.text("HTTP/1.1 400 Bad Request\r\n");
  }]);
  const error = await assertRejects(() => client.submit("f").result(), ProtocolError);
  assertEquals([error.code, error.offset, error.outcome], ["BAD_MAGIC", 0, "unacknowledged"]);
});

test("a task that nobody reads fails past its budget, and the others go on", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    for (let i = 0; i < 20; i++) peer.send("WORK_DATA", "H:fake:1", "0123456789");
    peer.send("WORK_COMPLETE", "H:fake:2", "fine");
  }], { taskBytes: 1_000 });
  const [flooded, other] = [client.submit("f"), client.submit("f")];
  assertEquals(await other.text(), "fine");
  const error = await assertRejects(() => flooded.result(), TaskOverflow);
  assertEquals(error.code, "OVERFLOW");
});

test("progress that nobody reads is forgotten before a task fails for it", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer);
    peer.send("WORK_DATA", "H:fake:1", "kept ");
    for (let i = 0; i < 100; i++) peer.send("WORK_STATUS", "H:fake:1", `${i}`, "100");
    peer.send("WORK_COMPLETE", "H:fake:1", "result");
  }], { taskBytes: 1_000 });
  const task = client.submit("f");
  assertEquals(await task.text(), "kept result");
  assertEquals(task.status?.numerator, 99);
});

test("submit() throws for names that cannot be", async (t) => {
  const { client } = await clientOf(t, []);
  assertThrows(() => client.submit(""), TypeError, "Expected a function name");
  assertThrows(() => client.submit("a\0b"), TypeError, "Expected a function name");
  assertThrows(() => client.submit("f".repeat(513)), RangeError, "at most 512 bytes, got 513");
  assertThrows(() => client.submit("f", "", { unique: "é".repeat(32) }), RangeError, "got 64");
  assertThrows(() => client.submit("f", 5 as unknown as string), TypeError, "got 5");
  const priority = "urgent" as "high";
  assertThrows(() => client.submit("f", "", { priority }), TypeError, 'got "urgent"');
  const early = client.submit("f");
  early.result().catch(() => {});
  await assertRejects(() => client.status(early), TypeError, "got none: await task.accepted");
});

test("errors are known by their brand, name and code", () => {
  const error: unknown = new JobLost({ handle: "H:x:1" });
  assertInstanceOf(error, GearmanError);
  assertEquals((error as JobLost).name, "JobLost");
  assertEquals(Object.keys(error as JobLost).includes("name"), false);
  assertEquals(error instanceof LinkError, false);
});
