/** Connections in packets by name: section 8. */
import { assert, assertEquals, assertRejects, test } from "../../_harness/mod.ts";
import { type FakePeer, fakeServer, type Script } from "../../_harness/fake_server.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import type { TestContext } from "../../_harness/mod.ts";
import { arityOf, type CommandName, COMMANDS } from "../../../src/protocol/mod.ts";
import { PACKETS } from "../../../src/compat/net_gearman/packets.ts";
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import {
  type ConnectionOptions,
  Net_Gearman_Connection,
  Net_Gearman_Exception,
  Net_Gearman_Job,
  Net_Gearman_Task,
} from "../../../src/compat/net_gearman/mod.ts";
import { jobClass } from "./job_classes.ts";

/** A connection to a server that follows a script. */
async function connected(
  t: TestContext,
  script: Script,
  options: ConnectionOptions = {},
): Promise<{ connection: Net_Gearman_Connection; done: Promise<unknown> }> {
  const { address, dial, done } = t.use(await fakeServer([script]));
  const connection = new Net_Gearman_Connection(address, 1000, { dial, ...options });
  return { connection: t.use(connection), done };
}

test("8.1 every packet of the protocol has its name, and as many fields as on the wire", () => {
  const rows = Object.entries(COMMANDS).map(([name, row]) => [row.type, name, arityOf(row)]);
  const ours = Object.entries(PACKETS).map(([name, [type, fields]]) => [
    type,
    name.toUpperCase() as CommandName,
    fields.length,
  ]);
  const byType = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0]);
  assertEquals(ours.sort(byType), rows.sort(byType));
});

test("8.2 a connection connects when it is made, or when it is told", async (t) => {
  const answer = async (peer: FakePeer) => peer.send("ECHO_RES", ...await peer.expect("ECHO_REQ"));
  const { address, dial } = t.use(await fakeServer([answer, answer]));
  const connection = t.use(new Net_Gearman_Connection(null, 250, { dial }));
  assertEquals([connection.isConnected(), connection.socket], [false, null]);
  await assertRejects(() => connection.send("noop"), Net_Gearman_Exception, "Not connected");
  await assertRejects(() => connection.read(), Net_Gearman_Exception, "Not connected");
  for (let i = 0; i < 2; i++) {
    await connection.connect(address, 1000);
    assert(connection.isConnected() && connection.socket !== null);
    await connection.send("echo_req", { text: "hello" });
    assertEquals((await connection.blockingRead(10_000)).data, { text: "hello" });
  }
  await connection.close();
  assertEquals(connection.isConnected(), false);
});

test("8.2 a server that cannot be reached is an exception of whatever is called next", async () => {
  const connection = new Net_Gearman_Connection("nobody:1", 250, { dial: memoryNetwork().dial });
  const error = await assertRejects(() => connection.send("grab_job"), Net_Gearman_Exception);
  assert(error.message.startsWith("Can't connect to server nobody:1 ("), error.message);
  await assertRejects(() => connection.blockingRead(), Net_Gearman_Exception);
});

test("8.3 send() knows its packets, and takes a missing field for an empty one", async (t) => {
  const { connection, done } = await connected(t, async (peer) => {
    assertEquals(await peer.expect("SUBMIT_JOB"), ["f", "", "x"]);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:x:1", ""]);
    assertEquals(await peer.expect("CAN_DO_TIMEOUT"), ["f", "3000"]);
    assertEquals(await peer.expect("WORK_STATUS"), ["H:x:1", "1", "2"]);
    await peer.expect("GRAB_JOB");
  });
  // In the order of the calls, awaited or not, from before it is connected.
  connection.send("submit_job", { func: "f", arg: "x" });
  connection.send("work_complete", { handle: "H:x:1" });
  await connection.send("can_do_timeout", { func: "f", timeout: 3 });
  connection.send("work_status", { handle: "H:x:1", numerator: 1, denominator: 2 });
  connection.send("grab_job");
  await done;
  for (const command of ["nonsense", "constructor"]) {
    const error = await assertRejects(() => connection.send(command), Net_Gearman_Exception);
    assertEquals(error.message, `Invalid command: ${command}`);
  }
  await assertRejects(() => connection.send("submit_job", { func: "a\0b" }), TypeError);
});

test("8.4 read() gives a packet by name and fields, or none when there is none", async (t) => {
  const { connection } = await connected(t, async (peer) => {
    await peer.expect("ECHO_REQ");
    await peer.send("JOB_ASSIGN", "H:x:1", "f", "a\0b");
    await peer.send("NOOP");
  });
  assertEquals(await connection.read(), {});
  await connection.send("echo_req", { text: "go" });
  let packet = await connection.read();
  while (packet.function === undefined) packet = await connection.read();
  const payload = new TextEncoder().encode("a\0b");
  // 11.2: the payload is not cut at its NUL.
  const data = { handle: "H:x:1", func: "f", arg: "a\0b" };
  assertEquals(packet, { function: "job_assign", type: 11, data, payload });
  const noop = { function: "noop", type: 6, data: {}, payload: new Uint8Array(0) };
  assertEquals(await connection.blockingRead(10_000), noop);
});

test("8.5 blockingRead() waits for so long, and no longer", async (t) => {
  const clock = handClock();
  const { connection } = await connected(t, () => {}, { clock });
  await connection.send("grab_job");
  const read = assertRejects(() => connection.blockingRead(1500), Net_Gearman_Exception);
  while (clock.pending === 0) await undefined;
  clock.turn(1500);
  assertEquals((await read).message, "Socket timeout (1.0000s, 500000.0000μs)");
});

test("8.6 a connection that is lost is told by the next read, after what had come", async (t) => {
  const { connection } = await connected(t, async (peer) => {
    await peer.expect("GRAB_JOB");
    await peer.send("NO_JOB");
    peer.hangUp();
  });
  await connection.send("grab_job");
  assertEquals((await connection.blockingRead(10_000)).function, "no_job");
  const error = await assertRejects(() => connection.blockingRead(10_000), Net_Gearman_Exception);
  assertEquals(error.message, "Connection was reset");
  await assertRejects(() => connection.send("grab_job"), Net_Gearman_Exception);
});

test("8.7 an ERROR packet is an exception with its code and its text", async (t) => {
  const { connection } = await connected(t, async (peer) => {
    await peer.expect("GRAB_JOB");
    await peer.send("ERROR", "JOB_NOT_FOUND", "Job given in work result not found");
    await peer.send("ERROR", "JOB_NOT_FOUND", "");
  });
  await connection.send("grab_job");
  const read = () => connection.blockingRead(10_000);
  const first = await assertRejects(read, Net_Gearman_Exception);
  assertEquals(first.message, "(JOB_NOT_FOUND): Job given in work result not found");
  const second = await assertRejects(read, Net_Gearman_Exception);
  assertEquals(second.message, "(JOB_NOT_FOUND): Unknown error; see error code.");
});

test("8.8 a queue keeps the tasks that wait for their job_created", () => {
  const connection = new Net_Gearman_Connection();
  const tasks = ["a", "b"].map((arg) => new Net_Gearman_Task("f", arg));
  tasks.forEach((task) => connection.addWaitingTask(task));
  assertEquals([connection.getWaitingTask(), connection.getWaitingTask()], tasks);
  assertEquals(connection.getWaitingTask(), undefined);
});

test("8.9 calculateTimeout(), stringLength() and subString() count as PHP counts", () => {
  const { calculateTimeout, stringLength, subString } = Net_Gearman_Connection;
  assertEquals(calculateTimeout(250), [0, 250_000]);
  assertEquals(calculateTimeout(1500), [1, 500_000]);
  assertEquals([stringLength("größe"), stringLength(Uint8Array.of(1, 2))], [7, 2]);
  assertEquals(subString("größe", 2, 3), "ö" + "\u{fffd}");
  assertEquals(subString("größe", 2, 4), "öß");
});

test("8.10 a worker written by hand runs a job object on a connection", async (t) => {
  const { connection, done } = await connected(t, async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB");
    await peer.send("JOB_ASSIGN", "H:x:1", "f", "[1,2]");
    assertEquals(await peer.expect("WORK_STATUS"), ["H:x:1", "1", "2"]);
    assertEquals(await peer.expect("WORK_COMPLETE"), ["H:x:1", '{"sum":3}']);
  });
  await connection.send("can_do", { func: "f" });
  await connection.send("grab_job");
  const { data } = await connection.blockingRead(10_000);
  const job = await Net_Gearman_Job.factory(data.func, connection, data.handle, {
    class_name: jobClass(function ([a, b]: [number, number]) {
      this.status(1, 2);
      return { sum: a + b };
    }),
  });
  job.complete(await job.run(JSON.parse(data.arg)));
  await done;
});

test("11.1 data, warnings and exceptions have their packets", async (t) => {
  const { connection } = await connected(t, async (peer) => {
    await peer.expect("OPTION_REQ");
    await peer.send("OPTION_RES", "exceptions");
    await peer.send("WORK_DATA", "H:x:1", "part");
    await peer.send("WORK_WARNING", "H:x:1", "careful");
    await peer.send("WORK_EXCEPTION", "H:x:1", "broken");
    await peer.relay("WORK_FAIL", new TextEncoder().encode("H:x:1\0"));
  });
  await connection.send("option_req", { option: "exceptions" });
  const read: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    const packet = await connection.blockingRead(10_000);
    read.push([packet.function, packet.data]);
  }
  assertEquals(read, [
    ["option_res", { option: "exceptions" }],
    ["work_data", { handle: "H:x:1", data: "part" }],
    ["work_warning", { handle: "H:x:1", data: "careful" }],
    ["work_exception", { handle: "H:x:1", exception: "broken" }],
    // gearmand 1.1.20 puts a NUL there.
    ["work_fail", { handle: "H:x:1" }],
  ]);
});
