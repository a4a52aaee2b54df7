/** What a peer may take of a job server: memory, connections and time. */
import type { Link } from "../../src/link/mod.ts";
import { Command, type PacketView } from "../../src/protocol/mod.ts";
import { HeldOutput } from "../../src/server/held_output.ts";
import { memoryJournal } from "../../src/server/journal.ts";
import type { Ledger } from "../../src/server/ledger.ts";
import { LinkOutput } from "../../src/server/link_output.ts";
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Lobby } from "../../src/sockets/socket.ts";
import { assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";
import { Scene } from "./scene.ts";

const FULL = "ERROR QUEUE_ERROR|Job queue is full";

async function serverFor(t: TestContext, options: Partial<JobServerOptions>) {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, ...options }));
  return async () => t.use(new RawPeer(await dial(server.address)));
}

test("Engine refuses jobs beyond its memory, and takes them again when others have ended", () => {
  const scene = new Scene({ maxQueuedBytes: 10_000 });
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "w".repeat(7_000)).gets(
    "JOB_CREATED H:t:1",
  );
  client.sends("SUBMIT_JOB_BG", "f", "", "w".repeat(3_000)).gets(FULL);
  for (let joins = 0; joins < 5; joins++) client.sends("SUBMIT_JOB", "f", "u", "");
  assertEquals(client.got(), Array(5).fill("JOB_CREATED H:t:1"));
  for (let joins = 0; joins < 20; joins++) client.sends("SUBMIT_JOB", "f", "u", "");
  assertEquals(client.got().at(-1), FULL);
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "");
  client.got();
  client.sends("SUBMIT_JOB_BG", "f", "", "w".repeat(7_000)).gets("JOB_CREATED H:t:2");
});

test("Engine counts a job's clients, the first one included", () => {
  const roomFor = (name: "SUBMIT_JOB" | "SUBMIT_JOB_BG") => {
    const client = new Scene({ maxQueuedBytes: 10_000 }).peer();
    for (let i = 0; i < 20; i++) client.sends(name, "f", "", "w");
    return client.got().filter((answer) => answer !== FULL).length;
  };
  // A function of 1,025 bytes, and jobs of 769 and 897.
  assertEquals([roomFor("SUBMIT_JOB_BG"), roomFor("SUBMIT_JOB")], [11, 10]);
});

test("Engine gives back the memory of every client that leaves, for each of its submissions", () => {
  const scene = new Scene({ maxQueuedBytes: 4_000 });
  const looker = scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  for (let round = 0; round < 40; round++) {
    const client = scene.peer();
    for (let i = 0; i < 5; i++) client.sends("SUBMIT_JOB", "f", "u", "");
    client.gets(...Array<string>(5).fill("JOB_CREATED H:t:1"));
    looker.sends("GET_STATUS_UNIQUE", "u").gets("STATUS_RES_UNIQUE u|1|0|0|0|5");
    client.leaves();
    looker.sends("GET_STATUS_UNIQUE", "u").gets("STATUS_RES_UNIQUE u|1|0|0|0|0");
  }
});

test("Engine has a client submit one job so often and no more, and is open to others", () => {
  const scene = new Scene();
  const count = { created: 0, refused: 0 };
  const nothing = () => {};
  const client = scene.engine.open({
    bare: nothing,
    packet: (type) => type === Command.JOB_CREATED ? count.created++ : count.refused++,
    receipt: nothing,
    relay: nothing,
    copies: () => true,
    text: nothing,
    list: () => 0,
    textOnceKept: nothing,
    hangUp: nothing,
  }, { address: "10.0.0.1" });
  const [fn, unique, workload] = ["f", "u", ""].map((text) => new TextEncoder().encode(text));
  const argument = (index: number) => [fn, unique, workload][index];
  const packet: PacketView = {
    type: Command.SUBMIT_JOB,
    isResponse: false,
    borrow: argument,
    keep: argument,
    keepData: () => workload,
    borrowBody: () => workload,
    keepBody: () => workload,
  };
  for (let i = 0; i < 4_100; i++) scene.engine.receive(client, packet);
  assertEquals(count, { created: 4_096, refused: 4 });
  scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
});

test("Engine takes back what a peer leaves behind by and by, where that is much", () => {
  const scene = new Scene();
  const left = scene.worker(...Array.from({ length: 5_000 }, (_, i) => `f${i}`));
  for (let i = 0; i < 5_000; i++) left.sends("SUBMIT_JOB", "g", "", "");
  left.sends("SUBMIT_JOB_BG", "f1", "", "").sends("GRAB_JOB").leaves();
  const looker = scene.peer().says("workers").gets("2 10.0.0.1 - :\n.\n");
  assertEquals([scene.engine.isDrained, scene.engine.nextTick()], [false, scene.now]);
  let ticks = 0;
  while (scene.engine.nextTick() !== undefined) {
    scene.engine.tick();
    ticks++;
  }
  assertEquals([ticks > 1, ticks < 10], [true, true]);
  scene.worker("f1").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:5001|f1|");
  scene.worker("g").sends("GRAB_JOB").gets("NO_JOB");
  looker.says("status");
  assertEquals(looker.got()[0].includes("f4999\t0\t0\t0\n"), true);
});

test("LinkOutput ends the link of a peer that does not read once, and sends nothing after", async () => {
  const did: string[] = [];
  const link = {
    waiting: 101,
    relay: () => did.push("relay"),
    destroy: () => did.push("destroy"),
  };
  const output = new LinkOutput(link as unknown as Link, {
    maxWaitingBytes: 100,
    clock: handClock(),
    tell: (kind, why) => did.push(`${kind}: ${why}`),
  });
  for (let i = 0; i < 3; i++) output.relay(Command.WORK_DATA, new Uint8Array(1));
  link.waiting = 0;
  output.relay(Command.WORK_DATA, new Uint8Array(1));
  await Promise.resolve();
  assertEquals(did, [
    "unread: it does not read, and more than 100 bytes wait for it",
    "destroy",
  ]);
});

test("LinkOutput copies what it relays, unless that is large or waits behind a list", () => {
  const link = { waiting: 0, text: () => {}, flushed: () => new Promise(() => {}) };
  const output = new LinkOutput(link as unknown as Link, {
    maxWaitingBytes: 100,
    clock: handClock(),
    tell: () => {},
  });
  assertEquals([output.copies(16_383), output.copies(16_384)], [true, false]);
  output.list(Array(3).fill("x".repeat(200_000)));
  assertEquals(output.copies(1), false);
});

test("HeldOutput copies what it relays, unless that waits for the store", () => {
  const ledger = { holds: false };
  const output = new HeldOutput(
    { copies: (bytes: number) => bytes < 10 } as unknown as LinkOutput,
    ledger as unknown as Ledger,
  );
  assertEquals([output.copies(9), output.copies(10)], [true, false]);
  ledger.holds = true;
  assertEquals(output.copies(9), false);
});

test("Engine gives back the memory of every job, however it ended", () => {
  const scene = new Scene({ maxQueuedBytes: 4_000, jobRetries: 1 });
  const client = scene.peer().says("create function f").gets("OK\r\n");
  const ends = [
    () => scene.worker("f").sends("GRAB_JOB").leaves(),
    () =>
      client.says("show jobs").got().map((rows) =>
        client.says(`cancel job ${rows.split("\t")[0]}`)
      ),
    () => scene.worker("f").sends("GRAB_JOB").leaves(),
    () => client.says("drop function f").says("create function f"),
  ];
  for (let round = 0; round < 40; round++) {
    const [answer] = client.sends("SUBMIT_JOB_BG", "f", "", "w".repeat(2_000)).got();
    assertEquals([round, answer.startsWith("JOB_CREATED")], [round, true]);
    ends[round % ends.length]();
    scene.worker("f").sends("GRAB_JOB").leaves();
    client.got();
  }
});

test("Engine makes no more functions than its memory holds, and hangs up on a worker that offers more", () => {
  const scene = new Scene({ maxQueuedBytes: 3_000 });
  scene.worker("a", "b").gets();
  const worker = scene.worker("b").gets().sends("CAN_DO", "c").gets("(hung up)");
  worker.sends("ECHO_REQ", "x").gets();
  scene.peer().sends("SUBMIT_JOB", "c", "", "").says("create function c").gets(
    FULL,
    "ERR MEMORY_ALLOCATION_FAILURE\r\n",
  );
});

test("Engine leaves a quarter of its memory to jobs, however many names workers offer and hold", () => {
  const scene = new Scene({ maxQueuedBytes: 100_000 });
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "").gets("JOB_CREATED H:t:1");
  scene.worker(...Array.from({ length: 72 }, (_, i) => `a${i}`)).gets();
  scene.worker("b").gets("(hung up)");
  client.says("create function new").gets("ERR MEMORY_ALLOCATION_FAILURE\r\n");
  client.sends("SUBMIT_JOB_BG", "f", "", "w".repeat(22_000)).gets("JOB_CREATED H:t:2");
  client.sends("SUBMIT_JOB_BG", "f", "", "w".repeat(3_000)).gets(FULL);
});

test("Engine takes up the functions of kept jobs, whether there is room for them or not", () => {
  const scene = new Scene({ maxQueuedBytes: 1_000 });
  const kept = { unique: new Uint8Array(0), workload: new Uint8Array(0), priority: 1, retries: 0 };
  for (const number of [1, 2]) {
    const functionName = new TextEncoder().encode(`f${number}`);
    scene.engine.restore({ ...kept, priority: 1, functionName, number, reducer: undefined });
  }
  const worker = scene.worker("f1").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f1|");
  worker.sends("SUBMIT_JOB_BG", "f3", "", "").gets(FULL);
});

test("Engine lets go of functions that nobody uses where it has no room, and of no others", () => {
  const scene = new Scene({ maxQueuedBytes: 12_000 });
  const client = scene.peer().says("create function idle").says("create function limited");
  client.says("maxqueue limited 1").sends("SUBMIT_JOB_BG", "waits", "", "");
  client.sends("SUBMIT_JOB_SCHED", "series", "", "0", "0", "1", "1", "*", "");
  scene.worker("works");
  scene.peer().sends("SUBMIT_JOB", "left", "", "").leaves();
  const names = () => client.says("status").got().at(-1)!.match(/^\w+/gm)!.join(" ");
  assertEquals(names(), "idle limited waits series works left");
  // Those that are left behind are in nobody's way, however many came.
  for (let round = 0; round < 3_000; round++) scene.worker(`${round}`).gets().leaves();
  assertEquals(names().split(" ").slice(0, 4).join(" "), "limited waits series works");
  client.sends("SUBMIT_JOB_BG", "waits", "", "w".repeat(1_000)).gets(`JOB_CREATED H:t:4`);
  // One that is known already, and has no job yet, is not let go for its first job.
  const [last] = names().split(" ").slice(-1);
  client.sends("SUBMIT_JOB_BG", last, "", "w".repeat(1_000)).gets(`JOB_CREATED H:t:5`);
  scene.worker(last).sends("GRAB_JOB").gets(`JOB_ASSIGN H:t:5|${last}|${"w".repeat(1_000)}`);
});

test("Engine lets go of no function whose jobs a drain has set aside", () => {
  const journal = { ...memoryJournal(), isLasting: true };
  const scene = new Scene({ journal, maxQueuedBytes: 3_000 });
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  scene.engine.drain();
  client.sends("SUBMIT_JOB", "g", "", "w".repeat(2_000)).gets(FULL);
  client.sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
});

test("Engine counts every registration of an ability, until it is withdrawn", () => {
  const scene = new Scene({ maxQueuedBytes: 2_000 });
  // Jobs are in nobody's way: they wait for workers.
  scene.peer().sends("SUBMIT_JOB_BG", "f", "", "w".repeat(200)).gets("JOB_CREATED H:t:1");
  const worker = scene.worker(...Array<string>(15).fill("f")).gets();
  worker.sends("CANT_DO", "f");
  for (let i = 0; i < 15; i++) worker.sends("CAN_DO", "f");
  worker.gets().sends("CAN_DO", "f").gets("(hung up)");
  scene.worker(...Array<string>(15).fill("f")).gets();
});

test("Engine hangs up on names that gearmand's buffer would not hold", () => {
  const scene = new Scene();
  scene.peer().sends("CAN_DO", "x".repeat(8_180)).gets().sends("CAN_DO", "x".repeat(8_181)).gets(
    "(hung up)",
  );
  scene.peer().sends("SUBMIT_JOB_BG", "x".repeat(8_181), "", "").gets("(hung up)");
});

test("JobServer closes connections beyond maxConnections, and takes others once there is room", async (t) => {
  const connect = await serverFor(t, { maxConnections: 2 });
  const [first, second] = [await connect(), await connect()];
  assertEquals(await first.settle(), []);
  assertEquals(await second.settle(), []);
  assertEquals(await (await connect()).settle(), [CLOSED]);
  await first.close();
  for (;;) {
    const [heard] = await (await connect()).settle();
    if (heard === undefined) break;
  }
});

test("JobServer has no more shake hands with it than maxConnections leaves room for", async (t) => {
  const { dial, listen } = memoryNetwork();
  let lobby: Lobby | undefined;
  const server = t.use(
    await JobServer.listen({
      listen: (at, accept, ofServer) => {
        lobby = ofServer;
        return listen(at, accept);
      },
      maxConnections: 3,
    }),
  );
  const connect = async () => await t.use(new RawPeer(await dial(server.address))).settle();
  assertEquals(await connect(), []);
  const { enter, leave } = lobby!;
  assertEquals([enter(), enter(), enter()], [true, true, false]);
  assertEquals(await connect(), [CLOSED]);
  leave();
  assertEquals(await connect(), []);
  assertEquals(enter(), false);
  leave();
  await server.close();
  assertEquals(enter(), false);
});

test("JobServer closes half-sent connections and idle ones where it is asked to, and no others", async (t) => {
  const clock = handClock();
  const connect = await serverFor(t, { clock, idleTimeout: 10_000, partialTimeout: 2_000 });
  const [half, line, idle, sleeper, follower] = [
    await connect(),
    await connect(),
    await connect(),
    await connect(),
    await connect(),
  ];
  await sleeper.send(request("PRE_SLEEP"));
  await follower.send(request("SUBMIT_JOB", "f", "", ""));
  for (const peer of [half, line, idle, sleeper, follower]) await peer.settle();
  await half.send(request("ECHO_REQ", "not all of it").subarray(0, 14));
  await line.send("stat");
  await idle.settle();
  clock.turn(3_000);
  assertEquals([await half.next(), await line.next()], [CLOSED, CLOSED]);
  assertEquals(await idle.settle(), []);
  clock.turn(12_500);
  assertEquals(await idle.next(), CLOSED);
  for (const peer of [sleeper, follower]) assertEquals(await peer.settle(), []);
});

test("JobServer looks for idle ones no more when it is closed by who was told of one", async (t) => {
  const clock = handClock();
  const { dial, listen } = memoryNetwork();
  let closed: Promise<void> | undefined;
  const warn = () => closed ??= server.close();
  const server = t.use(await JobServer.listen({ listen, clock, idleTimeout: 1_000, warn }));
  await t.use(new RawPeer(await dial(server.address))).settle();
  clock.turn(1_250);
  await closed!;
  assertEquals(clock.pending, 0);
});

test("JobServer counts the idle time of a client from the last that it was sent", async (t) => {
  const clock = handClock();
  const connect = await serverFor(t, { clock, idleTimeout: 10_000 });
  const [client, worker] = [await connect(), await connect()];
  await client.send(request("SUBMIT_JOB", "f", "", ""));
  assertEquals(await client.next(), "JOB_CREATED H:geartrain:1");
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("GRAB_JOB"));
  await worker.settle();
  clock.turn(20_000);
  await worker.send(request("WORK_COMPLETE", "H:geartrain:1", "r"));
  assertEquals(await client.next(), "WORK_COMPLETE H:geartrain:1\\0r");
  clock.turn(9_000);
  assertEquals([await client.settle(), await worker.settle()], [[], []]);
  clock.turn(12_500);
  assertEquals([await client.next(), await worker.next()], [CLOSED, CLOSED]);
});

for (const [what, hours] of [["ahead", 1], ["back", -1]] as const) {
  test(`JobServer keeps time limits and idle times by the time that goes on, and due times by a clock that is set ${what}`, async (t) => {
    const clock = handClock();
    let set = 0;
    const wallTime = () => 1_000_000_000 + clock.now() + set;
    const connect = await serverFor(t, {
      clock,
      wallTime,
      idleTimeout: 20_000,
      handlePrefix: "H",
      warn: () => {},
    });
    const [worker, idle] = [await connect(), await connect()];
    await worker.send(request("SUBMIT_JOB_EPOCH", "g", "", `${wallTime() / 1_000 + 1_800}`, ""));
    await worker.send(request("CAN_DO_TIMEOUT", "f", "10000"));
    await worker.send(request("SUBMIT_JOB_BG", "f", "", ""));
    await worker.send(request("GRAB_JOB"));
    // Who follows a job is not idle.
    await worker.send(request("SUBMIT_JOB", "h", "", ""));
    await worker.settle();
    await idle.settle();
    set = hours * 3_600_000;
    const states = async () => {
      await worker.send("status\nprioritystatus\n");
      const lines = [];
      for (let i = 0; i < 8; i++) lines.push(await worker.next());
      return [lines[0], lines[1]];
    };
    clock.turn(9_999);
    // Whoever grabs has the jobs looked over whose time is up.
    const other = await connect();
    for (const name of ["CAN_DO", "GRAB_JOB", "CANT_DO"] as const) {
      await other.send(name === "GRAB_JOB" ? request(name) : request(name, "f"));
    }
    assertEquals(await other.settle(), ["NO_JOB"]);
    assertEquals(await states(), ["g\t1\t0\t0\\n", "f\t1\t1\t1\\n"]);
    clock.turn(1);
    assertEquals(await states(), ["g\t1\t0\t0\\n", "f\t1\t0\t1\\n"]);
    assertEquals(await idle.settle(), []);
    clock.turn(29_999);
    assertEquals(await idle.next(), CLOSED);
    // Looked at once a minute, at least.
    clock.turn(30_000);
    await worker.send(request("CAN_DO", "g"));
    await worker.send(request("GRAB_JOB"));
    assertEquals(
      await worker.next(),
      hours > 0 ? "JOB_ASSIGN H:1\\0g\\0" : "JOB_ASSIGN H:2\\0f\\0",
    );
  });
}

test("JobServer.listen() refuses limits that are none", async () => {
  const { listen } = memoryNetwork();
  const wrong: readonly (keyof JobServerOptions)[] = [
    "idleTimeout",
    "partialTimeout",
    "maxQueuedBytes",
    "maxWaitingBytes",
    "maxConnections",
    "maxPacketBytes",
  ];
  for (const name of wrong) {
    for (const value of [-1, NaN]) {
      await assertRejects(() => JobServer.listen({ listen, [name]: value }), RangeError, name);
    }
  }
});
