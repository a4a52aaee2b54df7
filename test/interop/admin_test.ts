/** Every command of the admin client against gearmand and against our own server: the same replies, made one type. */
import {
  assert,
  assertEquals,
  assertRejects,
  missing,
  type OpenServer,
  startGearmand,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { openJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import { ServerError } from "../../src/errors.ts";

interface Kind {
  readonly name: string;
  readonly start: () => Promise<OpenServer>;
  readonly skip: string | false;
  readonly version: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    name: "gearmand",
    start: startGearmand,
    skip: missing("gearmand"),
    version: /^1\.1\.\d+/,
  },
  { name: "our server", start: openJobServer, skip: false, version: /^\d+\.\d+\.\d+\+geartrain$/ },
];

/** A server with two waiting jobs, one running and one worker, and its admin client. */
async function busy(t: TestContext, kind: Kind) {
  const server = t.use(await kind.start());
  const { admin, client, worker } = publicEnds(t, server.address);
  const one = client();
  const first = await one.background("waits", "1", { unique: "first" });
  const second = await one.background("waits", "2", { unique: "second", priority: "high" });
  const running = one.submit("runs", "", { unique: "third" });
  let finish!: () => void;
  const finished = new Promise<void>((resolve) => finish = resolve);
  const begun = new Promise<void>((resolve) => {
    worker({ id: "a busy one" }).add("runs", async () => {
      resolve();
      await finished;
    }).start();
  });
  await begun;
  // The worker may have been told first.
  await running.accepted;
  return { server, admin: admin(), client: one, first, second, running, finish };
}

for (const kind of KINDS) {
  const { name, skip } = kind;

  test(`${name}: the admin client sees jobs, functions and connections`, { skip }, async (t) => {
    const { admin, running, finish } = await busy(t, kind);
    const byName = (a: { functionName: string }, b: { functionName: string }) =>
      a.functionName < b.functionName ? -1 : 1;
    assertEquals((await admin.status()).toSorted(byName), [
      { functionName: "runs", total: 1, running: 1, workers: 1 },
      { functionName: "waits", total: 2, running: 0, workers: 0 },
    ]);
    assertEquals((await admin.priorityStatus()).toSorted(byName), [
      { functionName: "runs", high: 0, normal: 0, low: 0, workers: 1 },
      { functionName: "waits", high: 1, normal: 1, low: 0, workers: 0 },
    ]);
    const workers = await admin.workers();
    const { clientId, functionNames, fd, ip } = workers.find((row) => row.clientId !== "-")!;
    assertEquals([clientId, functionNames, ip], ["a busy one", ["runs"], "127.0.0.1"]);
    assertEquals([workers.length, typeof fd], [3, "number"]);
    assertEquals((await admin.showUniqueJobs()).toSorted(), ["first", "second", "third"]);
    const jobs = await admin.showJobs();
    assertEquals(jobs.find(({ handle }) => handle === running.handle), {
      handle: running.handle,
      retries: 0,
      ignored: false,
      queued: false,
    });
    assertEquals(jobs.filter(({ queued }) => queued).length, 2);
    finish();
    await running.result();
  });

  test(`${name}: the admin client cancels, limits, creates and drops`, { skip }, async (t) => {
    const { admin, client, first, running, finish } = await busy(t, kind);
    await admin.cancelJob(first.handle);
    // gearmand keeps the record until a worker asks for the function.
    const left = await admin.showJobs();
    assert(left.every(({ handle, ignored }) => handle !== first.handle || ignored));
    const unknown = await assertRejects(() => admin.cancelJob("H:nobody:1"), ServerError);
    assertEquals(unknown.serverCode, "UNKNOWN_JOB");

    await admin.createFunction("made");
    await admin.createFunction("made");
    assert((await admin.status()).some((row) => row.functionName === "made"));
    await admin.maxQueue("made", { low: 1 });
    await client.background("made", "", { priority: "low" });
    for (let i = 0; i < 3; i++) await client.background("made");
    const full = await assertRejects(
      () => client.background("made", "", { priority: "low" }),
      ServerError,
    );
    assertEquals([full.serverCode, full.retriable], ["QUEUE_ERROR", true]);
    await admin.maxQueue("made", 3);
    await assertRejects(() => client.background("made"), ServerError);
    await admin.maxQueue("made");
    await client.background("made", "", { priority: "low" });

    await admin.createFunction("unused");
    await admin.dropFunction("unused");
    assert((await admin.status()).every((row) => row.functionName !== "unused"));
    const gone = await assertRejects(() => admin.dropFunction("unused"), ServerError);
    assertEquals([gone.serverCode, gone.serverText], ["ERR", "function not found"]);
    const inUse = await assertRejects(() => admin.dropFunction("runs"), ServerError);
    assertEquals(inUse.serverText, "there are still connected workers or executing clients");
    finish();
    await running.result();
  });

  test(`${name}: the admin client learns version, process and log level`, { skip }, async (t) => {
    const server = t.use(await kind.start());
    const admin = publicEnds(t, server.address).admin();
    assert(kind.version.test(await admin.version()));
    assert(Number.isSafeInteger(await admin.pid()) && await admin.pid() > 0);
    assertEquals(await admin.verbose(), await admin.verbose());
    assert(/^[A-Z]+$/.test(await admin.verbose()));
    const unknown = await assertRejects(() => admin.shutdown(), ServerError);
    assertEquals(unknown.serverCode, "UNKNOWN_COMMAND");
    // An error is an answer as good as any: the link is there for what follows.
    assert(kind.version.test(await admin.version()));
  });
}
