/** Functions that come and go while the worker runs: it goes on dialling, and keeps to its places. */
import { assertEquals, codecUnderTest, test, type TestContext } from "../_harness/mod.ts";
import { Client } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";

const AT = { host: "127.0.0.1", port: 4730 };

/** A network, a client and a worker on it, and what starts the server that they know. */
function scene(t: TestContext) {
  const { dial, listen } = memoryNetwork();
  const shared = { servers: AT, dial, codec: codecUnderTest, backoff: () => 0 };
  const worker = new Worker(shared);
  t.use({ close: () => worker.close() });
  const client = t.use(new Client(shared));
  const start = async () => t.use(await JobServer.listen({ ...AT, listen }));
  const event = (type: "up" | "down") =>
    new Promise<void>((resolve) => worker.addEventListener(type, () => resolve(), { once: true }));
  return { worker, client, start, event };
}

test("add() on a worker that runs leaves it able to dial again", async (t) => {
  const { worker, client, start, event } = scene(t);
  const first = await start();
  worker.add("a", () => "A").start();
  assertEquals(await client.submit("a").text(), "A");
  worker.add("b", () => "B");
  assertEquals(await client.submit("b").text(), "B");
  const down = event("down");
  await first.close();
  await down;
  const up = event("up");
  await start();
  await up;
  assertEquals(await client.submit("a").text(), "A");
});

test("add() gives each function with a concurrency of its own a link, one after the other", async (t) => {
  const { worker, client, start } = scene(t);
  await start();
  worker.add("a", () => "A").start();
  assertEquals(await client.submit("a").text(), "A");
  worker.add("b", () => "B");
  for (const name of ["c", "d"]) {
    worker.add(name, () => name, { concurrency: 1 });
    assertEquals(await client.submit(name).text(), name);
  }
});

test("remove() and add() at once give a function no more places than it has", async (t) => {
  const { worker, client, start } = scene(t);
  await start();
  let running = 0;
  let most = 0;
  const begun: (() => void)[] = [];
  const ends: (() => void)[] = [];
  const handler = async () => {
    most = Math.max(most, ++running);
    begun.shift()?.();
    await new Promise<void>((resolve) => ends.push(resolve));
    running--;
  };
  const begins = () => new Promise<void>((resolve) => begun.push(resolve));
  const JOBS = 4;
  let next = begins();
  worker.add("f", handler, { concurrency: 1 }).start();
  const tasks = client.submitAll(Array.from({ length: JOBS }, () => ({ functionName: "f" })));
  for (let job = 0; job < JOBS; job++) {
    await next;
    next = begins();
    const removed = worker.remove("f");
    worker.add("f", handler, { concurrency: 1 });
    // Whatever the new link is given would begin before a round trip is over.
    await client.ping();
    await client.ping();
    ends.shift()!();
    await removed;
  }
  await tasks.all();
  assertEquals(most, 1);
});
