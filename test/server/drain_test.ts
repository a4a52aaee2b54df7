/** How a job server ends without losing jobs: what still runs, what is left to the next one. */
import { LinkError } from "../../src/errors.ts";
import { memoryJournal } from "../../src/server/journal.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assertEquals, assertRejects, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { HandStore } from "./hand_store.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";
import { Scene } from "./scene.ts";

test("Engine.drain() gives out what would be lost, and leaves the rest to the journal", () => {
  const scene = new Scene({ journal: { ...memoryJournal(), isLasting: true } });
  const { engine } = scene;
  const client = scene.peer();
  client.sends("SUBMIT_JOB_BG", "f", "", "bg").sends("SUBMIT_JOB", "f", "", "fg");
  client.sends("SUBMIT_JOB_BG", "f", "u", "joined").sends("SUBMIT_JOB", "f", "u", "");
  client.sends("SUBMIT_JOB_EPOCH", "f", "", "5000", "later");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|bg");
  client.sends("SUBMIT_JOB_BG", "f", "", "waits");
  engine.drain();
  assertEquals(engine.isDrained, false);
  worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|fg");
  worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:3|f|joined");
  worker.sends("GRAB_JOB").gets("NO_JOB");
  client.sends("SUBMIT_JOB_BG", "f", "", "late").sends("SUBMIT_JOB", "f", "", "late fg");
  worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:7|f|late fg").sends("GRAB_JOB").gets("NO_JOB");
  scene.after(6_000_000);
  worker.sends("GRAB_JOB").gets("NO_JOB");
  for (const number of [1, 2, 3]) worker.sends("WORK_COMPLETE", `H:t:${number}`, "");
  assertEquals(engine.isDrained, false);
  // A job that its worker loses is not given out again either, unless it would be lost.
  worker.sends("RESET_ABILITIES").sends("CAN_DO", "f").sends("GRAB_JOB");
  worker.gets("JOB_ASSIGN H:t:7|f|late fg").sends("WORK_FAIL", "H:t:7");
  assertEquals(engine.isDrained, true);
  assertEquals(engine.jobCount, 3);
});

test("Engine gives out what a drain has left aside, once somebody follows it", () => {
  const scene = new Scene({ journal: { ...memoryJournal(), isLasting: true } });
  const { engine } = scene;
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "waits", "");
  client.sends("SUBMIT_JOB_EPOCH", "f", "due", "1001", "").sends("SUBMIT_JOB_BG", "f", "", "");
  engine.drain();
  client.sends("SUBMIT_JOB_BG", "f", "late", "");
  scene.after(1000);
  const worker = scene.worker("f").sends("GRAB_JOB").gets("NO_JOB").sends("PRE_SLEEP");
  // A background submission that joins changes nothing: the store has the job.
  client.sends("SUBMIT_JOB_BG", "f", "waits", "");
  assertEquals(engine.isDrained, true);
  for (const unique of ["waits", "due", "late", "late"]) {
    client.sends("SUBMIT_JOB", "f", unique, "");
  }
  assertEquals(engine.isDrained, false);
  worker.gets("NOOP");
  for (const number of [1, 2, 4]) {
    worker.sends("GRAB_JOB").gets(`JOB_ASSIGN H:t:${number}|f|`);
    worker.sends("WORK_COMPLETE", `H:t:${number}`, "");
  }
  worker.sends("GRAB_JOB").gets("NO_JOB");
  assertEquals(engine.isDrained, true);
  // What is still aside can be ended: it stands in no lane from which it would fall.
  client.says("cancel job H:t:3");
  assertEquals(engine.jobCount, 0);
});

test("Engine is drained when those who waited for its jobs have left", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "");
  scene.engine.drain();
  assertEquals(scene.engine.isDrained, false);
  client.leaves();
  assertEquals(scene.engine.isDrained, true);
});

test("Engine asks no job again whether it is drained, while it waits for another", () => {
  let looks = 0;
  const journal = {
    ...memoryJournal(),
    get isLasting(): boolean {
      looks++;
      return true;
    },
  };
  const scene = new Scene({ journal });
  const { engine } = scene;
  const client = scene.peer();
  for (let i = 0; i < 1000; i++) client.sends("SUBMIT_JOB_BG", "f", "", "w");
  client.sends("SUBMIT_JOB", "g", "", "w").sends("SUBMIT_JOB", "g", "", "w");
  engine.drain();
  looks = 0;
  for (let i = 0; i < 100; i++) assertEquals(engine.isDrained, false);
  assertEquals(looks < 2000, true, `Expected one walk along all jobs, got ${looks} looks`);
  const worker = scene.worker("g");
  for (const number of [1001, 1002]) {
    assertEquals(engine.isDrained, false);
    worker.sends("GRAB_JOB").sends("WORK_COMPLETE", `H:t:${number}`, "");
  }
  assertEquals(engine.isDrained, true);
});

test("JobServer.drain() serves those who are there until no job is left, and closes", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t" }));
  const { address } = server;
  const peer = t.use(new RawPeer(await dial(address)));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "a"));
  await peer.settle();
  const drained = server.drain();
  await assertRejects(() => dial(address), LinkError);
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "b"));
  for (const [number, text] of [[1, "a"], [2, "b"]]) {
    await peer.send(request("GRAB_JOB"));
    assertEquals((await peer.settle()).at(-1), `JOB_ASSIGN H:t:${number}\\0f\\0${text}`);
    await peer.send(request("WORK_COMPLETE", `H:t:${number}`, ""));
  }
  assertEquals(await peer.next(), CLOSED);
  await drained;
});

test("JobServer.drain() leaves waiting background jobs to its store", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const server = t.use(await JobServer.listen({ listen, store }));
  const peer = t.use(new RawPeer(await dial(server.address)));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "a"));
  (await store.next()).done();
  await peer.next();
  await server.drain();
  assertEquals([store.waiting, store.isClosed], [0, true]);
});

test("JobServer.drain() closes when its time is up, or close() is called", async (t) => {
  for (const end of ["time", "close"]) {
    const { dial, listen } = memoryNetwork();
    const clock = handClock();
    const server = t.use(await JobServer.listen({ listen, clock }));
    const peer = t.use(new RawPeer(await dial(server.address)));
    await peer.send(request("SUBMIT_JOB", "f", "", ""));
    await peer.next();
    const drained = server.drain({ timeout: 5000 });
    while (clock.pending === 0) await undefined;
    if (end === "time") clock.turn(5000);
    else await server.close();
    await drained;
    assertEquals(await peer.next(), CLOSED);
    assertEquals(clock.pending, 0);
  }
});

test("JobServer.drain() refuses a timeout that is none", async (t) => {
  const { listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen }));
  await assertRejects(() => server.drain({ timeout: -1 }), RangeError, "got -1");
});

test("JobServer.close() cuts off who does not read, after its grace", async (t) => {
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const server = await JobServer.listen({ listen, clock });
  const socket = t.use(await dial(server.address));
  await socket.write(request("ECHO_REQ", "x".repeat(200_000)));
  await new RawPeer(await dial(server.address)).settle();
  const closed = server.close({ grace: 10 });
  while (clock.pending === 0) await undefined;
  clock.turn(10);
  await closed;
});
