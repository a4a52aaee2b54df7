/** What is larger than `maxPacketBytes`, at the side that would send it and at the side that would take it. */
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { type GearmanError, JobException, ProtocolError, ServerError } from "../../src/errors.ts";
import { JobServer, type JobServerOptions } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { type Handler, Worker, type WorkerOptions } from "../../src/worker/mod.ts";
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { RawPeer, request } from "./raw_peer.ts";

const LARGE = "x".repeat(2_000);

/** A server that takes so much, and those who come to it. */
async function stage(t: TestContext, options: Partial<JobServerOptions> = {}) {
  const { dial, listen } = memoryNetwork();
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const server = t.use(await JobServer.listen({ listen, warn, ...options }));
  const servers = server.address;
  return {
    warnings,
    client: (own: Partial<ClientOptions> = {}) => t.use(new Client({ servers, dial, ...own })),
    worker: (handler: Handler, own: Partial<WorkerOptions> = {}) => {
      const worker = t.use(new Worker({ servers, dial, ...own }));
      worker.add("f", handler);
      worker.start();
      return worker;
    },
    peer: async () => t.use(new RawPeer(await dial(servers))),
  };
}

function bytesStream(bytes: number) {
  return { size: bytes, stream: new Blob(["x".repeat(bytes)]).stream() };
}

const SUBMISSIONS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  "text": (client) => client.submit("f", LARGE).result(),
  "bytes": (client) => client.submit("f", new Uint8Array(1_000)).result(),
  "a stream": (client) => client.submit("f", bytesStream(1_000)).result(),
  "a background job": (client) => client.background("f", LARGE),
  "one of many": (client) => {
    return client.backgroundAll([{ functionName: "f", workload: LARGE }]).all();
  },
};

for (const [what, submit] of Object.entries(SUBMISSIONS)) {
  test(`Client refuses to send ${what} beyond its maxPacketBytes, and the link stays`, async (t) => {
    const { client: clientWith, warnings } = await stage(t);
    const client = clientWith({ maxPacketBytes: 1_000, retry: "idempotent" });
    const running = client.submit("g", "x".repeat(997));
    await running.accepted;
    let downs = 0;
    client.addEventListener("down", () => downs++);
    const error = await assertRejects(() => submit(client), ProtocolError);
    assertEquals([error.code, error.outcome, error.retriable], ["TOO_LARGE", "unsent", false]);
    const [of, got] = /at most (\d+) bytes to send, got one of (\d+)/.exec(error.message)!.slice(1);
    assertEquals([of, Number(got) > 1_000], ["1000", true]);
    assertEquals(error.message.includes("raise maxPacketBytes"), true);
    assertEquals([downs, running.outcome, warnings], [0, "accepted", []]);
  });

  test(`Client hears why a server takes no ${what} of that size`, async (t) => {
    const { client: clientWith, warnings } = await stage(t, { maxPacketBytes: 500 });
    const client = clientWith();
    const error = await assertRejects(() => submit(client), ServerError);
    assertEquals([error.serverCode, error.outcome], ["ARGUMENT_TOO_LARGE", "unsent"]);
    // Not on the link that is about to end.
    await client.background("f", "");
    assertEquals(/at most 500 bytes/.test(error.message), true);
    assertEquals([warnings.length, /^Hung up on .* at most 500 /.test(warnings[0])], [1, true]);
  });
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "a result": () => LARGE,
  "a result of bytes": () => new Uint8Array(1_000),
  "a result that comes later": () => Promise.resolve(LARGE),
  "data": (job) => job.data(LARGE),
  "a warning": (job) => job.warning(LARGE),
  "an exception": () => Promise.reject(new Error(LARGE)),
};

for (const [what, handler] of Object.entries(HANDLERS)) {
  test(`Worker fails the one job with ${what} beyond its maxPacketBytes, and keeps the link`, async (t) => {
    const { client: clientWith, worker: workerWith } = await stage(t);
    const client = clientWith();
    let downs = 0;
    const worker = workerWith(
      (job) => job.text() === "" ? handler(job) : job.text(),
      { maxPacketBytes: 1_000 },
    );
    worker.addEventListener("down", () => downs++);
    const error = await assertRejects(() => client.submit("f", "").result()) as GearmanError;
    if (what === "an exception") assertEquals(error.code, "FAILED");
    else {
      assertInstanceOf(error, JobException);
      assertEquals(/at most 1000 bytes to send, got one of \d+/.test(error.message), true);
    }
    assertEquals([await client.submit("f", "x").text(), downs], ["x", 0]);
  });

  test(`JobServer fails the one job of a worker that sends ${what} beyond its maxPacketBytes`, async (t) => {
    const { client: clientWith, worker: workerWith } = await stage(t, { maxPacketBytes: 500 });
    const client = clientWith();
    const worker = workerWith((job) => job.text() === "" ? handler(job) : job.text());
    const down = new Promise<GearmanError | undefined>((resolve) => {
      worker.addEventListener("down", ({ reason }) => resolve(reason), { once: true });
    });
    const error = await assertRejects(() => client.submit("f", "").result(), JobException);
    assertEquals(/too large for the server: .* at most 500 bytes/.test(error.message), true);
    const reason = await down;
    assertInstanceOf(reason, ServerError);
    assertEquals(reason.serverCode, "ARGUMENT_TOO_LARGE");
    assertEquals(await client.submit("f", "x").text(), "x");
  });
}

test("JobServer gives the jobs of a worker to others, where it has several and one report is too large", async (t) => {
  const { peer } = await stage(t, { maxPacketBytes: 500, handlePrefix: "H" });
  const worker = await peer();
  for (const _ of "ab") await worker.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await worker.send(request("CAN_DO", "f"));
  for (const _ of "ab") await worker.send(request("GRAB_JOB"));
  await worker.settle();
  await worker.send(request("WORK_COMPLETE", "H:1", LARGE));
  assertEquals((await worker.next()).split("\\0")[0], "ERROR ARGUMENT_TOO_LARGE");
  const other = await peer();
  await other.send("status\n");
  assertEquals(await other.next(), "f\t2\t0\t0\\n");
});

test("a job of exactly maxPacketBytes reaches a worker with the same limit", async (t) => {
  const limits = { maxPacketBytes: 1_000 };
  const { client: clientWith, worker: workerWith } = await stage(t, limits);
  workerWith((job) => job.text().length.toString(), limits);
  assertEquals(await clientWith(limits).submit("f", "x".repeat(997)).text(), "997");
});
