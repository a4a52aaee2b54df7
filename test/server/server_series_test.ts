/** Series and the ends of jobs at a server with a store: what is committed when, and what a failed commit takes back. */
import { Client } from "../../src/client/mod.ts";
import type { Clock } from "../../src/link/mod.ts";
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { HandStore } from "./hand_store.ts";
import { RawPeer, request } from "./raw_peer.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const REFUSED = "ERROR QUEUE_ERROR\\0QUEUE_ERROR";

const encoder = new TextEncoder();

async function stage(t: TestContext, options: Partial<JobServerOptions> = {}) {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const clock = handClock();
  const warnings: string[] = [];
  const server = t.use(
    await JobServer.listen({
      listen,
      handlePrefix: "H:t",
      timeZone: "UTC",
      store,
      clock,
      warn: (message) => warnings.push(message),
      ...options,
    }),
  );
  const peer = t.use(new RawPeer(await dial(server.address)));
  return { server, store, clock, warnings, peer, dial };
}

function series(line: string, unique: string, workload: string): Uint8Array {
  return request("SUBMIT_JOB_SCHED", "f", unique, ...line.split(" "), workload);
}

test("JobServer acknowledges a series once its store has it, and commits its jobs with its progress", async (t) => {
  const { store, clock, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  const first = await store.next();
  assertEquals(first.changes, ["keep series 1 f|u|w at 30 * * * * since 0 run 0"]);
  first.done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  clock.turn(HOUR);
  const second = await store.next();
  assertEquals(second.changes, [
    "keep 2 f|u|w",
    `keep series 1 f|u|w at 30 * * * * since ${HOUR / 2} run 2`,
  ]);
  second.done();
});

/** What is said of an end that is not kept. */
const UNKEPT =
  "ERR QUEUE_ERROR The+store+could+not+be+written:+what+is+gone+may+come+back+with+the+next+server\\r\\n";

test("JobServer says that a series or a job is cancelled once its store has that, and that it could not be kept", async (t) => {
  const { store, clock, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  await peer.send(request("SUBMIT_JOB_BG", "g", "", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:2");
  const ends = [["cancel job H:t:1", "forget series 1"], ["cancel job H:t:2", "forget 2"]];
  for (const [line, change] of ends) {
    await peer.send(`${line}\n`);
    await peer.send(request("ECHO_REQ", "x"));
    const commit = await store.next();
    assertEquals(commit.changes, [change]);
    commit.fail(new Error("no space"));
    assertEquals([await peer.next(), await peer.next()], [UNKEPT, "ECHO_RES x"]);
    // It has ended all the same, and is written as soon as that can be done.
    clock.turn(1_000);
    const again = await store.next();
    assertEquals(again.changes, [change]);
    again.done();
  }
  await peer.send("show jobs\n");
  assertEquals(await peer.settle(), ["H:t:2\t0\t1\t0\\n", ".\\n"]);
});

test("JobServer says that a function is dropped once its store has that of its jobs and series", async (t) => {
  const { store, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  await peer.send("drop function f\n");
  const commit = await store.next();
  assertEquals(commit.changes, ["forget series 1"]);
  await peer.send("show jobs\n");
  commit.done();
  assertEquals([await peer.next(), await peer.next()], ["OK\\r\\n", ".\\n"]);
  // Nothing is to be written of these.
  await peer.send("create function f\ndrop function f\ncancel job H:t:9\n");
  assertEquals(await peer.settle(), ["OK\\r\\n", "OK\\r\\n", "ERR UNKNOWN_JOB\\r\\n"]);
});

test("JobServer takes back a series that could not be kept, also where it was due meanwhile", async (t) => {
  const { server, store, clock, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  const first = await store.next();
  clock.turn(HOUR / 2);
  // The same is nothing new, and its receipt waits for what the first one waits for.
  await peer.send(series("30 * * * *", "u", "w"));
  await peer.send(request("SUBMIT_JOB", "g", "behind it", ""));
  while (server.fate({ unique: "behind it" }).state === "unknown") await undefined;
  first.fail(new Error("no space"));
  assertEquals(await peer.next(), REFUSED);
  const second = await store.next();
  assertEquals(second.changes, ["keep 2 f|u|w"]);
  second.done();
  assertEquals([await peer.next(), await peer.next()], [REFUSED, "JOB_CREATED H:t:3"]);
  await peer.send("show jobs\n");
  assertEquals(await peer.settle(), ["H:t:2\t0\t0\t1\\n", "H:t:3\t0\t0\t0\\n", ".\\n"]);
});

test("JobServer takes back new times that could not be kept, also where they were due meanwhile", async (t) => {
  const { store, clock, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  await peer.send(series("5 * * * *", "u", "new"));
  const change = await store.next();
  clock.turn(5 * MINUTE);
  change.fail(new Error("no space"));
  assertEquals(await peer.next(), REFUSED);
  const run = await store.next();
  assertEquals(run.changes, ["keep 2 f|u|new"]);
  run.done();
  clock.turn(25 * MINUTE);
  const later = await store.next();
  assertEquals(later.changes, [`keep series 1 f|u|w at 30 * * * * since ${HOUR / 2} run 2`]);
  later.done();
});

test("JobServer refuses a series that its store cannot keep, and new times that it cannot", async (t) => {
  const { store, peer, warnings } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await peer.next(), REFUSED);
  await peer.send("show jobs\n");
  assertEquals(await peer.next(), ".\\n");
  assertEquals(warnings.length, 1);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:2");
  await peer.send(series("45 * * * *", "u", "new"));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await peer.next(), REFUSED);
  // The same as before is nothing new.
  await peer.send(series("30 * * * *", "u", "w"));
  assertEquals(await peer.next(), "JOB_CREATED H:t:2");
});

test("JobServer tries a job of a series again, a minute after it could not be kept", async (t) => {
  const { store, clock, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  clock.turn(HOUR / 2);
  (await store.next()).fail(new Error("no space"));
  assertEquals(await peer.settle(), []);
  await peer.send("show jobs\n");
  assertEquals(await peer.settle(), ["H:t:2\t0\t1\t0\\n", "H:t:1\t0\t0\t1\\n", ".\\n"]);
  clock.turn(MINUTE);
  const again = await store.next();
  assertEquals(again.changes, [
    "keep 3 f|u|w",
    `keep series 1 f|u|w at 30 * * * * since ${HOUR / 2 + MINUTE} run 3`,
  ]);
  again.done();
});

test("JobServer lets a change decide that came while an earlier one could not be kept", async (t) => {
  const { store, peer } = await stage(t);
  await peer.send(series("30 * * * *", "u", "w"));
  const first = await store.next();
  await peer.send(series("45 * * * *", "u", "w"));
  // Heard behind it, and answered behind the commit.
  await peer.send(request("ECHO_REQ", "x"));
  first.fail(new Error("no space"));
  assertEquals(await peer.next(), REFUSED);
  const second = await store.next();
  assertEquals(second.changes, ["keep series 1 f|u|w at 45 * * * * since 0 run 0"]);
  second.done();
  assertEquals([await peer.next(), await peer.next()], ["JOB_CREATED H:t:1", "ECHO_RES x"]);
});

test("JobServer.listen() goes on with the series of its store, and makes up for what was missed once", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const [functionName, unique, workload] = ["f", "u", "w"].map((text) => encoder.encode(text));
  const clock = handClock();
  clock.turn(10 * HOUR + MINUTE);
  store.kept = {
    next: 9,
    jobs: [],
    series: [{
      number: 3,
      functionName,
      unique,
      workload,
      times: "0 * * * *",
      since: HOUR,
      lastRun: 0,
    }],
    fates: [],
  };
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", store, clock }));
  clock.turn(0);
  const commit = await store.next();
  assertEquals(commit.changes, [
    "keep 9 f|u|w",
    `keep series 3 f|u|w at 0 * * * * since ${10 * HOUR + MINUTE} run 9`,
  ]);
  commit.done();
  store.letGo();
  const peer = t.use(new RawPeer(await dial(server.address)));
  await peer.send("show jobs\n");
  assertEquals(await peer.settle(), ["H:t:9\t0\t0\t1\\n", "H:t:3\t0\t0\t1\\n", ".\\n"]);
});

test("JobServer looks at the time every minute, since a machine's clock may be set", async (t) => {
  const { dial, listen } = memoryNetwork();
  const hand = handClock();
  let shift = 0;
  const clock: Clock = {
    now: () => hand.now() + shift,
    after: (milliseconds, then) => hand.after(milliseconds, then),
  };
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", clock }));
  const peer = t.use(new RawPeer(await dial(server.address)));
  await peer.send(series("0 12 * * *", "", "w"));
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("PRE_SLEEP"));
  assertEquals(await peer.settle(), ["JOB_CREATED H:t:1"]);
  shift = 24 * HOUR;
  hand.turn(MINUTE);
  assertEquals(await peer.next(), "NOOP");
});

test("JobServer writes how a job ended with the end of the job, and drops it when its time is up", async (t) => {
  const { store, clock, peer } = await stage(t, { results: { ttl: 10_000 } });
  await peer.send(request("SUBMIT_JOB_BG", "f", "u", "w"));
  (await store.next()).done();
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("WORK_COMPLETE", "H:t:1", "r"));
  const commit = await store.next();
  assertEquals(commit.changes, ["forget 1", 'ended 1 H:t:1 f|u complete "r" at 0']);
  commit.done();
  clock.turn(10_000);
  const faded = await store.next();
  assertEquals(faded.changes, ["faded 1"]);
  faded.done();
});

test("JobServer lets no end hold up the next commit where its own has failed", async (t) => {
  const { server, store, clock, peer } = await stage(t, { results: { ttl: 10_000 } });
  await peer.send(request("SUBMIT_JOB_BG", "f", "u", "w"));
  (await store.next()).done();
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("WORK_FAIL", "H:t:1"));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await peer.settle(), ["JOB_CREATED H:t:1", "JOB_ASSIGN H:t:1\\0f\\0w"]);
  clock.turn(1_000);
  const again = await store.next();
  assertEquals(again.changes, ["forget 1"]);
  again.done();
  assertEquals(server.fate({ handle: "H:t:1" }).state, "failed");
  clock.turn(10_000);
  store.letGo();
});

test("JobServer.listen() knows the ends that its store has kept, and drops those that are too old", async (t) => {
  const { listen } = memoryNetwork();
  const store = new HandStore();
  const clock = handClock();
  clock.turn(HOUR);
  const end = (number: number, endedAt: number) => ({
    number,
    handle: `H:old:${number}`,
    functionName: encoder.encode("f"),
    unique: encoder.encode("u"),
    state: "complete" as const,
    data: encoder.encode(`result ${number}`),
    endedAt,
  });
  store.kept = { next: 9, jobs: [], series: [], fates: [end(3, 1_000), end(4, HOUR - 1_000)] };
  const results = { ttl: MINUTE };
  const server = t.use(await JobServer.listen({ listen, store, clock, results, timeZone: "UTC" }));
  const kept = { state: "complete", endedAt: HOUR - 1_000, result: encoder.encode("result 4") };
  assertEquals(server.fate({ handle: "H:old:4" }), kept as ReturnType<JobServer["fate"]>);
  assertEquals(server.fate({ unique: "u" }), kept as ReturnType<JobServer["fate"]>);
  clock.turn(0);
  const commit = await store.next();
  assertEquals(commit.changes, ["faded 3"]);
  commit.done();
  assertEquals(server.fate({ handle: "H:old:3" }), { state: "unknown" });
  store.letGo();
});

test("JobServer.listen() drops what its store has kept of ends where results are not kept any more", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const commits: unknown[] = [];
  const commit = store.commit.bind(store);
  store.commit = (changes) => {
    commits.push(changes);
    return commit(changes);
  };
  const functionName = encoder.encode("f");
  const names = { handle: "H:t:1", functionName, unique: functionName };
  const end = { state: "failed", data: undefined, endedAt: 0 } as const;
  store.kept = { next: 9, jobs: [], series: [], fates: [{ ...names, ...end, number: 3 }] };
  const server = t.use(await JobServer.listen({ listen, store }));
  assertEquals(commits, [[{ kind: "reserve", next: 4105 }, { kind: "faded", number: 3 }]]);
  const client = t.use(new Client({ servers: server.address, dial }));
  await assertRejects(() => client.fate({ handle: "H:t:1" }), Error, "UNKNOWN_OPTION");
});

test("JobServer.listen() refuses a time zone that is none", async () => {
  const { listen } = memoryNetwork();
  await assertRejects(
    () => JobServer.listen({ listen, timeZone: "Vienna" }),
    RangeError,
    'Expected a time zone, for instance Europe/Vienna or UTC, got "Vienna"',
  );
});
