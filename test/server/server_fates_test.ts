/** What became of background jobs, as the server tells its program and clients. */
import { Client, type JobFate } from "../../src/client/mod.ts";
import { JobException, JobFailed, JobTimeout, LinkError, ServerError } from "../../src/errors.ts";
import { type JobEvent, JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { Worker } from "../../src/worker/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { unanswered } from "../failures/dials.ts";
import { assert, assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";

const decoder = new TextDecoder();

/** A server, a client of it, and workers on demand, in one process. */
async function stage(t: TestContext, options: Partial<JobServerOptions> = {}) {
  const { dial, listen } = memoryNetwork();
  const server = t.use(
    await JobServer.listen({ listen, results: { ttl: 60_000 }, ...options }),
  );
  const client = t.use(new Client({ servers: server.address, dial }));
  const worker = () => {
    const made = new Worker({ servers: server.address, dial });
    t.use({ close: () => made.close() });
    return made;
  };
  /** Resolves with the next job that ends. */
  const ended = () =>
    new Promise<JobEvent>((resolve) => {
      server.addEventListener("ended", resolve, { once: true });
    });
  return { server, client, worker, ended };
}

test("Client.fate() tells of a job that waits, runs, and has ended, as JobServer.fate() does", async (t) => {
  const { server, client, worker, ended } = await stage(t);
  const receipt = await client.background("f", "w", { unique: "u" });
  const { handle, unique } = receipt;
  const fates = async (): Promise<JobFate[]> => [
    await client.fate(receipt),
    await client.fate({ handle }),
    await client.fate({ unique }),
    server.fate({ handle }),
    server.fate({ unique }),
  ];
  assertEquals(await fates(), Array(5).fill({ state: "queued" }));
  let end = () => {};
  const begun = new Promise<void>((resolve) => {
    worker().add("f", async (job) => {
      job.status(3, 10);
      job.data("first ");
      await job.flushed();
      resolve();
      await new Promise<void>((done) => end = done);
      return "last";
    }).start();
  });
  await begun;
  while ((await client.fate(receipt)).state !== "running") await undefined;
  assertEquals(await fates(), Array(5).fill({ state: "running", numerator: 3, denominator: 10 }));
  const event = ended();
  end();
  const { functionName, isBackground, state } = await event;
  assertEquals([functionName, isBackground, state], ["f", true, "complete"]);
  for (const fate of await fates()) {
    assert(fate.state === "complete");
    assertEquals(decoder.decode(fate.result), "first last");
    assert(Math.abs(fate.endedAt - Date.now()) < 60_000);
  }
});

test("Client.fate() tells failures from exceptions, with their reason, and both from what is unknown", async (t) => {
  const { client, worker, ended } = await stage(t);
  worker().add("fail", () => {
    throw new JobFailed();
  }).add("throw", () => {
    throw new RangeError("out of cheese");
  }).start();
  const fateOf = async (functionName: string): Promise<JobFate> => {
    const event = ended();
    const receipt = await client.background(functionName);
    await event;
    return client.fate(receipt);
  };
  assertEquals((await fateOf("fail")).state, "failed");
  const thrown = await fateOf("throw");
  assert(thrown.state === "exception");
  assertEquals(decoder.decode(thrown.data), "RangeError: out of cheese");
  assertEquals(await client.fate({ handle: "H:geartrain:999" }), { state: "unknown" });
  await assertRejects(() => client.submit("throw").result(), JobException);
});

test("Client.fate() rejects where the server keeps no results, and goes on with other calls", async (t) => {
  const { client } = await stage(t, { results: undefined });
  const error = await assertRejects(() => client.fate({ unique: "u" }), ServerError);
  assertEquals([error.serverCode, error.outcome], ["UNKNOWN_OPTION", "unsent"]);
  assert(await client.ping() >= 0);
});

test("Client.fate() stops waiting when it is told to, in either step", async (t) => {
  const reason = new Error("enough");
  for (const steps of [1, 2]) {
    const controller = new AbortController();
    const { address, dial } = t.use(
      await fakeServer([async (peer) => {
        await peer.expect("OPTION_REQ");
        if (steps === 2) {
          await peer.send("OPTION_RES", "geartrain:fate");
          assertEquals(await peer.expect("SUBMIT_JOB"), ["geartrain:fate", "", "unique u"]);
        }
        controller.abort(reason);
      }]),
    );
    const client = t.use(new Client({ servers: address, dial, exceptions: false }));
    const asked = client.fate({ unique: "u" }, { signal: controller.signal });
    assertEquals(await assertRejects(() => asked), reason);
  }
});

test("Client.fate() rejects at its time limit, and when the client is closed", async (t) => {
  const clock = handClock();
  const { server } = await stage(t);
  const client = new Client({ servers: server.address, dial: unanswered(clock), clock });
  const asked = client.fate({ unique: "u" }, { timeout: 100 });
  clock.turn(100);
  await assertRejects(() => asked, JobTimeout);
  const other = client.fate({ unique: "u" });
  void client.close();
  await assertRejects(() => other, LinkError);
  await assertRejects(() => client.fate({ unique: "u" }), LinkError);
});

test("JobServer.addEventListener() hears of foreground jobs, too, and no more once it is removed", async (t) => {
  const { server, client, worker } = await stage(t, { results: undefined });
  worker().add("f", () => "r").start();
  const heard: string[] = [];
  const listener = ({ type, unique, state, isBackground }: JobEvent) =>
    void heard.push(`${type} ${unique} ${state} ${isBackground}`);
  server.addEventListener("ended", listener);
  await client.submit("f", "", { unique: "u" }).result();
  server.removeEventListener("ended", listener);
  await client.submit("f").result();
  assertEquals(heard, ["ended u complete false"]);
});
