/** Idle links that die without a word: a sign of life is asked for, and its absence ends the link. */
import { assertEquals, assertThrows, codecUnderTest, test } from "../_harness/mod.ts";
import type { TestContext } from "../_harness/mod.ts";
import { type FakePeer, fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client } from "../../src/client/mod.ts";
import type { ServerEvent, ServerEvents } from "../../src/link/mod.ts";
import { Worker } from "../../src/worker/mod.ts";

/** What a client or a worker of a scripted server needs, and the clock that it lives by. */
async function scripted(t: TestContext, scripts: readonly Script[]) {
  const clock = handClock();
  const { address, dial, done } = t.use(await fakeServer(scripts));
  return { clock, done, options: { servers: address, dial, clock, codec: codecUnderTest } };
}

/** The next loss of a server, as the owner of the link is told. */
function down(events: ServerEvents): Promise<ServerEvent> {
  return new Promise((resolve) => events.addEventListener("down", resolve, { once: true }));
}

async function accept(peer: FakePeer): Promise<void> {
  await peer.expect("SUBMIT_JOB_BG");
  await peer.send("JOB_CREATED", "H:fake:1");
}

async function echo(peer: FakePeer, data: string): Promise<void> {
  assertEquals(await peer.expect("ECHO_REQ"), [data]);
  await peer.send("ECHO_RES", data);
}

test("a client asks an idle server for a sign of life, and keeps the link when it comes", async (t) => {
  const { clock, done, options } = await scripted(t, [async (peer) => {
    await accept(peer);
    for (let beat = 0; beat < 3; beat++) {
      await echo(peer, "");
      await echo(peer, "ping");
    }
    await accept(peer);
  }]);
  const client = t.use(new Client({ ...options, exceptions: false }));
  await client.background("f");
  for (let beat = 0; beat < 3; beat++) {
    clock.turn(20_000);
    await client.ping({ data: new TextEncoder().encode("ping") });
  }
  await client.background("f");
  await done;
});

test("a client is told after heartbeat and answerTimeout of a server that died without a word", async (t) => {
  const { clock, options } = await scripted(t, [async (peer) => {
    await accept(peer);
    await peer.expect("ECHO_REQ");
    clock.turn(30_099);
    clock.turn(1);
    await peer.gone;
  }, accept]);
  const client = t.use(new Client({ ...options, exceptions: false }));
  await client.background("f");
  const lost = down(client);
  clock.turn(20_000);
  assertEquals([(await lost).reason?.code, clock.now()], ["SILENT", 50_100]);
  await client.background("f");
});

test("a worker asks while its job runs, and leaves a server that died without a word", async (t) => {
  const { clock, options } = await scripted(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
    await echo(peer, "");
    // Its own reports are no sign of the server's life.
    await peer.expect("WORK_STATUS");
    await peer.expect("ECHO_REQ");
    clock.turn(30_100);
    await peer.gone;
  }, async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
  }]);
  const worker = new Worker({ ...options, backoff: () => 0 });
  t.use({ close: () => worker.close() });
  const lost = down(worker);
  const aborted = new Promise<unknown>((resolve) => {
    worker.add("f", async (job) => {
      job.signal.addEventListener("abort", () => resolve(job.signal.reason), { once: true });
      clock.turn(20_000);
      for (let i = 0; i < 50; i++) await undefined;
      clock.turn(19_999);
      job.status(1, 2);
      await job.flushed();
      clock.turn(1);
      await new Promise<void>((end) => job.signal.addEventListener("abort", () => end()));
    });
  });
  worker.start();
  const { reason } = await lost;
  assertEquals([reason?.code, await aborted === reason], ["SILENT", true]);
  assertEquals(clock.now(), 70_100);
});

test("a draining worker does not take the answer to a heartbeat for the end of its drain", async (t) => {
  const order: string[] = [];
  const { clock, done, options } = await scripted(t, [async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
    await echo(peer, "");
    await peer.expect("WORK_COMPLETE");
    await echo(peer, "");
    order.push("complete");
  }]);
  const worker = t.use(new Worker(options));
  let drained: Promise<void> | undefined;
  worker.add("f", async () => {
    drained = worker.drain().then(() => void order.push("drained"));
    clock.turn(20_000);
    for (let i = 0; i < 200; i++) await undefined;
  });
  worker.start();
  await done;
  await drained;
  assertEquals(order, ["complete", "drained"]);
});

test("heartbeat: Infinity asks nothing, and what is no time is refused", async (t) => {
  const { clock, done, options } = await scripted(t, [async (peer) => {
    await accept(peer);
    await accept(peer);
  }]);
  const client = t.use(new Client({ ...options, exceptions: false, heartbeat: Infinity }));
  await client.background("f");
  clock.turn(1_000_000);
  await client.background("f");
  await done;
  for (const heartbeat of [0, -1, NaN]) {
    assertThrows(() => new Client({ ...options, heartbeat }), RangeError, "heartbeat");
    assertThrows(() => new Worker({ ...options, heartbeat }), RangeError, "heartbeat");
  }
});
