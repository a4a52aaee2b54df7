/** close(): from then on no job is asked for and no link is opened, whatever was under way. */
import { assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { Admin } from "../../src/admin/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";
import { Bench, quiet, workerOfMany } from "./scripted.ts";

/** A worker of two job servers, and what checks that neither has a connection of it. */
async function workerOfTwo(t: TestContext) {
  const { dial, listen } = memoryNetwork();
  const servers = [
    t.use(await JobServer.listen({ listen })),
    t.use(await JobServer.listen({ listen })),
  ].map(({ address }) => address);
  const worker = new Worker({ servers, dial });
  worker.add("f", () => {});
  const assertGone = async () => {
    for (const server of servers) {
      await using admin = new Admin({ server, dial });
      const rows = await admin.workers();
      assertEquals(rows.filter(({ functionNames }) => functionNames.includes("f")), []);
      assertEquals(rows.length, 1); // who asks
    }
  };
  return { worker, assertGone };
}

test("close() in the first up event leaves no link to the others", async (t) => {
  const { worker, assertGone } = await workerOfTwo(t);
  const closed = new Promise<void>((resolve) => {
    worker.addEventListener("up", () => resolve(worker.close()), { once: true });
  });
  worker.start();
  await closed;
  await quiet();
  await assertGone();
});

test("close() leaves no link, however soon after start() it comes", async (t) => {
  for (let turns = 0; turns < 24; turns++) {
    const { worker, assertGone } = await workerOfTwo(t);
    worker.start();
    for (let turn = 0; turn < turns; turn++) await undefined;
    await worker.close();
    await quiet();
    await assertGone();
  }
});

test("close() asks no server for the place that another gave back", async (t) => {
  const { worker, done } = await workerOfMany(t, [[async (peer) => {
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    // It owes an answer, and with it holds the worker's only place.
    await peer.gone;
  }], [async (peer) => {
    await peer.expect("CAN_DO");
    await quiet();
    await worker.close();
    await peer.gone;
    await assertRejects(() => peer.next(), Error, "has gone");
  }]]);
  worker.add("f", () => {}).start();
  await done;
});

for (const [from, to] of [[undefined, 2], [2, undefined]] as const) {
  test(`remove() waits for a job of the places it was moved from, ${from} to ${to}`, async (t) => {
    const { dial, listen } = memoryNetwork();
    const server = t.use(await JobServer.listen({ listen }));
    const worker = t.use(new Worker({ servers: server.address, dial, concurrency: 2 }));
    const client = t.use(new Client({ servers: server.address, dial }));
    const bench = new Bench();
    worker.add("g", () => {}).add("f", bench.handler, { concurrency: from }).start();
    const task = client.submit("f", "long");
    await bench.begun("long");

    worker.add("f", bench.handler, { concurrency: to });
    let isRemoved = false;
    const removed = worker.remove("f").then(() => isRemoved = true);
    await quiet();
    assertEquals(isRemoved, false);
    bench.end("long", "done");
    await removed;
    assertEquals(await task.text(), "done");
  });
}

test("remove() waits for a job on the link that a requeue has retired, with places of its own", async (t) => {
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const server = t.use(await JobServer.listen({ listen }));
  const worker = t.use(new Worker({ servers: server.address, dial, clock }));
  const client = t.use(new Client({ servers: server.address, dial }));
  const bench = new Bench();
  const options = { concurrency: 2, onTimeout: "requeue", announce: false } as const;
  worker.add("f", bench.handler, { ...options, timeout: 300 }).start();
  client.submit("f", "late");
  await bench.begun("late");
  worker.add("f", bench.handler, { ...options, timeout: 60_000 });
  const task = client.submit("f", "long");
  await bench.begun("long");
  clock.turn(300);
  await quiet();

  let isRemoved = false;
  const removed = worker.remove("f").then(() => isRemoved = true);
  await quiet();
  assertEquals(isRemoved, false);
  bench.end("long", "done");
  assertEquals(await task.text(), "done");
  bench.end("late");
  await removed;
});
