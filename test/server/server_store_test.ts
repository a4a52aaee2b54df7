/** JobServer with a store: what waits for a commit, what a failed one does, what is left for the next server. */
import { StoreError } from "../../src/errors.ts";
import { JobServer, type JobServerOptions, VERSION } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assertEquals, assertRejects, joined, test, type TestContext } from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import { HandStore } from "./hand_store.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";

/** Refusals of background jobs, as a client sees them. */
const REFUSED = "ERROR QUEUE_ERROR\\0QUEUE_ERROR";

interface Stage {
  readonly server: JobServer;
  readonly store: HandStore;
  readonly clock: HandClock;
  readonly warnings: string[];
  readonly connect: () => Promise<RawPeer>;
}

async function stage(t: TestContext, options: Partial<JobServerOptions> = {}): Promise<Stage> {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const clock = handClock();
  const warnings: string[] = [];
  const server = t.use(
    await JobServer.listen({
      listen,
      handlePrefix: "H:t",
      store,
      clock,
      warn: (message) => warnings.push(message),
      ...options,
    }),
  );
  const connect = async () => t.use(new RawPeer(await dial(server.address)));
  return { server, store, clock, warnings, connect };
}

test("JobServer acknowledges a background job once its store has it", async (t) => {
  const { store, connect } = await stage(t);
  const client = await connect();
  await client.send(request("SUBMIT_JOB_BG", "f", "u", "w"));
  await client.send(request("ECHO_REQ", "after"));
  const commit = await store.next();
  assertEquals(commit.changes, ["keep 1 f|u|w"]);
  commit.done();
  assertEquals(await client.next(), "JOB_CREATED H:t:1");
  assertEquals(await client.next(), "ECHO_RES after");
});

test("JobServer commits what came during a commit in the next one, and answers in order", async (t) => {
  const { store, connect } = await stage(t);
  const one = await connect();
  const two = await connect();
  await one.send(request("SUBMIT_JOB_BG", "f", "", "a"));
  const first = await store.next();
  await two.send(request("SUBMIT_JOB_BG", "f", "", "b"));
  await one.send(request("SUBMIT_JOB_HIGH_BG", "f", "", "c"));
  await two.send("version\n");
  // Everything of the two has arrived when a third, who waits behind them, is heard.
  const three = await connect();
  await three.send(request("SUBMIT_JOB_EPOCH", "f", "", "100", "d"));
  first.done();
  assertEquals(await one.next(), "JOB_CREATED H:t:1");
  const later: string[] = [];
  while (later.length < 3) {
    const commit = await store.next();
    later.push(...commit.changes);
    commit.done();
  }
  assertEquals(later, ["keep 2 f||b", "keep 3 f||c priority 0", "keep 4 f||d not before 100000"]);
  assertEquals(await two.next(), "JOB_CREATED H:t:2");
  assertEquals(await two.next(), `OK ${VERSION}+geartrain\\n`);
  assertEquals(await one.next(), "JOB_CREATED H:t:3");
  assertEquals(await three.next(), "JOB_CREATED H:t:4");
});

test("JobServer lets no reply wait for the end of a job to be written", async (t) => {
  const { store, connect } = await stage(t);
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  (await store.next()).done();
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("WORK_COMPLETE", "H:t:1", ""));
  assertEquals(await peer.settle(), ["JOB_CREATED H:t:1", "JOB_ASSIGN H:t:1\\0f\\0w"]);
  const commit = await store.next();
  assertEquals(commit.changes, ["forget 1"]);
  assertEquals(await peer.settle(), []);
  commit.done();
});

test("JobServer refuses background jobs that its store cannot keep, and serves on", async (t) => {
  const { store, clock, warnings, connect } = await stage(t);
  const client = await connect();
  await client.send(request("SUBMIT_JOB_BG", "f", "u", "w"));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await client.next(), REFUSED);
  assertEquals(warnings, [
    "Background jobs are refused until the store can keep them: Error: no space",
  ]);
  const worker = await connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("GRAB_JOB"));
  assertEquals(await worker.settle(), ["NO_JOB"]);
  // Foreground jobs need no store.
  await client.send(request("SUBMIT_JOB", "f", "u", "again"));
  assertEquals(await client.next(), "JOB_CREATED H:t:2");
  await client.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await client.next(), REFUSED);
  await client.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  (await store.next()).done();
  assertEquals(await client.next(), "JOB_CREATED H:t:4");
  assertEquals(warnings.slice(1), ["The store keeps background jobs again"]);
  assertEquals(clock.pending, 0);
});

test("JobServer leaves a job that cannot be kept to the foreground client that shares it", async (t) => {
  const { store, connect } = await stage(t);
  const foreground = await connect();
  const background = await connect();
  await foreground.send(request("SUBMIT_JOB", "f", "u", "w"));
  await foreground.next();
  await background.send(request("SUBMIT_JOB_BG", "f", "u", ""));
  (await store.next()).fail(new Error("no space"));
  assertEquals(await background.next(), REFUSED);
  const worker = await connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("GRAB_JOB"));
  assertEquals(await worker.next(), "JOB_ASSIGN H:t:1\\0f\\0w");
  await worker.send(request("WORK_COMPLETE", "H:t:1", "r"));
  assertEquals(await foreground.next(), "WORK_COMPLETE H:t:1\\0r");
});

test("JobServer assigns no job that was grabbed before it could not be kept", async (t) => {
  const { store, connect } = await stage(t);
  const peer = await connect();
  const submission = request("SUBMIT_JOB_BG", "f", "", "w");
  await peer.send(
    joined([request("CAN_DO", "f"), submission, request("GRAB_JOB"), request("GRAB_JOB")]),
  );
  (await store.next()).fail(new Error("no space"));
  assertEquals(await peer.settle(), [REFUSED, "NO_JOB", "NO_JOB"]);
});

test("JobServer hangs up on who asks for more during a commit than may wait for it", async (t) => {
  const { store, connect } = await stage(t, { maxWaitingBytes: 2_000 });
  const [client, flood] = [await connect(), await connect()];
  await client.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  const commit = await store.next();
  const echo = request("ECHO_REQ", "x".repeat(100));
  await flood.send(joined(Array<Uint8Array>(10).fill(echo)));
  assertEquals(await flood.next(), CLOSED);
  commit.done();
  assertEquals(await client.next(), "JOB_CREATED H:t:1");
});

test("JobServer refuses whoever joined a job while it could not be kept, and assigns it to nobody", async (t) => {
  const { server, store, connect } = await stage(t);
  const [first, second] = [await connect(), await connect()];
  const submission = request("SUBMIT_JOB_BG", "f", "u", "w");
  await first.send(submission);
  const commit = await store.next();
  await second.send(joined([submission, request("CAN_DO", "f"), request("GRAB_JOB")]));
  while (server.fate({ unique: "u" }).state !== "running") await undefined;
  commit.fail(new Error("no space"));
  assertEquals(await first.next(), REFUSED);
  assertEquals(await second.settle(), [REFUSED, "NO_JOB"]);
});

test("JobServer tries again to write the ends of jobs when a commit has failed", async (t) => {
  const { store, clock, connect } = await stage(t);
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "x"));
  for (let kept = 0; kept < 2;) {
    const commit = await store.next();
    kept += commit.changes.length;
    commit.done();
  }
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.settle();
  await peer.send(request("WORK_FAIL", "H:t:1"));
  (await store.next()).fail(new Error("no space"));
  while (clock.pending === 0) await undefined;
  await peer.settle();
  assertEquals(store.waiting, 0);
  clock.turn(1000);
  const second = await store.next();
  assertEquals(second.changes, ["forget 1"]);
  second.fail(new Error("no space"));
  // With the next change, without waiting for the second to pass.
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("WORK_FAIL", "H:t:2"));
  const third = await store.next();
  assertEquals(third.changes, ["forget 1", "forget 2"]);
  third.done();
  await peer.settle();
  assertEquals(clock.pending, 0);
});

test("JobServer answers a peer that finished sending, after the commit", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", store }));
  const socket = await dial(server.address);
  const peer = t.use(new RawPeer(socket));
  await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await socket.finish();
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer answers what came before a fault, after the commit", async (t) => {
  const { store, connect } = await stage(t);
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await peer.send(Uint8Array.of(0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0));
  (await store.next()).done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  assertEquals(await peer.next(), CLOSED);
});

test("JobServer sets numbers aside before foreground jobs use them up", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  store.kept = { ...store.kept, next: 10 };
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", store }));
  const peer = t.use(new RawPeer(await dial(server.address)));
  const submission = request("SUBMIT_JOB", "f", "", "");
  await peer.send(joined(Array.from({ length: 4095 }, () => submission)));
  const heard = await peer.settle();
  assertEquals([heard.at(0), heard.at(-1)], ["JOB_CREATED H:t:10", "JOB_CREATED H:t:4104"]);
  assertEquals(store.waiting, 0);
  await peer.send(submission);
  const commit = await store.next();
  assertEquals(commit.changes, ["reserve 8202"]);
  commit.done();
  assertEquals(await peer.settle(), ["JOB_CREATED H:t:4105"]);
});

test("JobServer.close() leaves running jobs to the next server, not as retries", async (t) => {
  const { server, store, connect } = await stage(t);
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  (await store.next()).done();
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.settle();
  await server.close();
  assertEquals([store.waiting, store.isClosed], [0, true]);
});

test("JobServer.close() waits for a commit, and for the answers behind it", async (t) => {
  const { server, store, connect } = await stage(t);
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", "w"));
  const commit = await store.next();
  const closed = server.close();
  commit.done();
  assertEquals(await peer.next(), "JOB_CREATED H:t:1");
  await closed;
  assertEquals(store.isClosed, true);
});

test("JobServer.listen() runs what its store has kept", async (t) => {
  const { dial, listen } = memoryNetwork();
  const store = new HandStore();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const job = { unique: bytes("u"), reducer: undefined, retries: 0, functionName: bytes("f") };
  store.kept = {
    ...store.kept,
    next: 9,
    jobs: [
      { ...job, number: 3, workload: bytes("w"), priority: 1, notBefore: 0 },
      {
        ...job,
        number: 5,
        workload: bytes("x"),
        priority: 0,
        notBefore: 60_000,
        unique: bytes(""),
      },
    ],
  };
  const clock = handClock();
  const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:t", store, clock }));
  const peer = t.use(new RawPeer(await dial(server.address)));
  await peer.send(request("CAN_DO", "f"));
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("GRAB_JOB"));
  await peer.send(request("PRE_SLEEP"));
  assertEquals(await peer.settle(), ["JOB_ASSIGN H:t:3\\0f\\0w", "NO_JOB"]);
  clock.turn(60_000);
  assertEquals(await peer.next(), "NOOP");
  await peer.send(request("SUBMIT_JOB", "f", "", ""));
  assertEquals(await peer.settle(), ["JOB_CREATED H:t:9"]);
  store.letGo();
});

test("JobServer.listen() rejects as its store does, and listens nowhere", async () => {
  const { dial, listen } = memoryNetwork();
  const at = { host: "127.0.0.1", port: 1 };
  const store = new HandStore();
  const damaged = new StoreError("DAMAGED", "Expected a whole store, got half of one");
  store.open = () => Promise.reject(damaged);
  await assertRejects(() => JobServer.listen({ listen, ...at, store }), StoreError, "got half");
  await assertRejects(() => dial(at));
  assertEquals(store.isClosed, false);
});

test("JobServer.listen() gives its store back when it cannot listen", async (t) => {
  const { listen } = memoryNetwork();
  const at = { host: "127.0.0.1", port: 1 };
  t.use(await JobServer.listen({ listen, ...at }));
  const store = new HandStore();
  await assertRejects(() => JobServer.listen({ listen, ...at, store }));
  assertEquals(store.isClosed, true);
});
