/** The SQLite store by itself: what it keeps, and which files it will not have. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { StoreError } from "../../src/errors.ts";
import {
  type Change,
  type Fate,
  JobServer,
  sqliteStore,
  type Store,
  type StoredJob,
  type StoredSeries,
} from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
  runtime,
  test,
} from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { fixture } from "../_harness/host.ts";
import { jobText } from "./hand_store.ts";
import { JOBS_OF_VERSION_1, writeVersion1 } from "./store_v1.ts";
import { RawPeer, request } from "./raw_peer.ts";
import { Scratch, withoutSqlite } from "./scratch.ts";

export const notOnWorkerd = "there is no file system";

const options = { skip: withoutSqlite };

const encoder = new TextEncoder();

function job(number: number, workload: string, more: Partial<StoredJob> = {}): StoredJob {
  return {
    number,
    functionName: encoder.encode("f"),
    unique: new Uint8Array(0),
    workload: encoder.encode(workload),
    priority: 1,
    reducer: undefined,
    notBefore: 0,
    retries: 0,
    ...more,
  };
}

function keep(...jobs: readonly StoredJob[]): Change[] {
  return jobs.map((job) => ({ kind: "keep", job }));
}

/** Opens a store, reads what it holds, and closes it. */
async function read(store: Store): Promise<
  { next: number; jobs: StoredJob[]; series: StoredSeries[]; fates: Fate[] }
> {
  const { next, jobs, series, fates } = await store.open();
  const all = { next, jobs: [...jobs], series: [...series], fates: [...fates] };
  await store.close();
  return all;
}

/** Makes a store with these changes, and closes it. */
async function write(path: string, changes: readonly Change[]): Promise<void> {
  const store = sqliteStore(path);
  await store.open();
  await store.commit(changes);
  await store.close();
}

/** What SQLite itself says of a file. */
async function integrity(path: string): Promise<string> {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return String(db.prepare("PRAGMA integrity_check").get()?.integrity_check);
  } finally {
    db.close();
  }
}

test("sqliteStore() gives back every job as it was kept, in order", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const jobs = [
    job(1, "", { functionName: new Uint8Array(0) }),
    job(2, "w", { unique: bytes, functionName: bytes, workload: bytes, reducer: bytes }),
    job(7, "w", { priority: 0, notBefore: 1_900_000_000_000, retries: 3 }),
    job(4_294_967_296, "x".repeat(300_000), { priority: 2, reducer: new Uint8Array(0) }),
  ];
  const [first, ...others] = jobs;
  await write(path, [...keep(...others, first), { kind: "reserve", next: 5_000_000_000 }]);
  assertEquals(await read(sqliteStore(path)), {
    next: 5_000_000_000,
    jobs,
    series: [],
    fates: [],
  });
  assertEquals(await integrity(path), "ok");
});

test("sqliteStore() keeps jobs without a unique apart", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  await write(path, [...keep(job(1, "a"), job(2, "b"), job(3, "a")), {
    kind: "forget",
    number: 1,
  }]);
  const { jobs } = await read(sqliteStore(path));
  assertEquals(jobs.map(jobText), ["2 f||b", "3 f||a"]);
});

test("sqliteStore() forgets, and counts retries", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const store = sqliteStore(path, { synchronous: "normal" });
  await store.open();
  await store.commit(keep(job(1, "a"), job(2, "b"), job(3, "c")));
  await store.commit([
    { kind: "forget", number: 2 },
    { kind: "forget", number: 99 },
    { kind: "retried", number: 3, retries: 1 },
    { kind: "retried", number: 98, retries: 1 },
  ]);
  await store.commit([{ kind: "retried", number: 3, retries: 2_000_000 }]);
  await store.close();
  const { jobs } = await read(sqliteStore(path));
  assertEquals(jobs.map(jobText), ["1 f||a", "3 f||c retries 2000000"]);
});

function series(number: number, more: Partial<StoredSeries> = {}): StoredSeries {
  return {
    number,
    functionName: encoder.encode("f"),
    unique: encoder.encode("u"),
    workload: encoder.encode("w"),
    times: "0 3 * * *",
    since: 1_800_000_000_000,
    lastRun: 0,
    ...more,
  };
}

function fate(number: number, more: Partial<Fate> = {}): Fate {
  return {
    number,
    handle: `H:t:${number}`,
    functionName: encoder.encode("f"),
    unique: encoder.encode("u"),
    state: "complete",
    data: encoder.encode("result"),
    endedAt: 1_800_000_000_000,
    ...more,
  };
}

test(
  "sqliteStore() gives back series and ends of jobs as they were kept, in order",
  options,
  async (t) => {
    const path = t.use(new Scratch()).path("jobs.db");
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const none = new Uint8Array(0);
    const all = [
      series(2, { unique: none, workload: none, lastRun: 9 }),
      series(5, { functionName: bytes, unique: bytes, workload: bytes }),
    ];
    const fates = [
      fate(1, { data: undefined, state: "failed", unique: none }),
      fate(4, { data: none, handle: "H:ü,1" }),
      fate(1_000_000, { data: bytes, functionName: bytes, unique: bytes, state: "exception" }),
    ];
    await write(path, [
      ...[...all].reverse().map((one) => ({ kind: "keep series", series: one }) as const),
      ...[...fates].reverse().map((one) => ({ kind: "ended", fate: one }) as const),
      ...keep(job(3, "w")),
    ]);
    assertEquals(await read(sqliteStore(path)), {
      next: 1,
      jobs: [job(3, "w")],
      series: all,
      fates,
    });
    assertEquals(await integrity(path), "ok");
  },
);

test(
  "sqliteStore() changes and forgets series, and drops the ends that have faded",
  options,
  async (t) => {
    const path = t.use(new Scratch()).path("jobs.db");
    const store = sqliteStore(path);
    await store.open();
    await store.commit([
      ...[1, 2, 3].map((number) => ({ kind: "keep series", series: series(number) }) as const),
      ...[1, 2, 3, 4, 5].map((number) => ({ kind: "ended", fate: fate(number) }) as const),
    ]);
    const changed = series(2, { times: "5 * * * *", since: 7, lastRun: 4 });
    await store.commit([
      { kind: "keep series", series: changed },
      { kind: "forget series", number: 1 },
      { kind: "forget series", number: 99 },
      { kind: "faded", number: 3 },
    ]);
    await store.commit([{ kind: "faded", number: 2 }, { kind: "faded", number: 3 }]);
    await store.close();
    const { series: left, fates } = await read(sqliteStore(path));
    assertEquals([left, fates], [[changed, series(3)], [fate(4), fate(5)]]);
    await write(path, [{ kind: "faded", number: 1_000 }]);
    assertEquals((await read(sqliteStore(path))).fates, []);
  },
);

test("sqliteStore() finds each changed value in every table", options, async (t) => {
  const scratch = t.use(new Scratch());
  await write(scratch.path("whole"), [
    ...keep(job(1, "w")),
    { kind: "keep series", series: series(2) },
    { kind: "ended", fate: fate(1) },
  ]);
  const changes = [
    "UPDATE jobs SET priority = 0",
    "UPDATE series SET times = '0 4 * * *'",
    "UPDATE series SET workload = x'00'",
    "UPDATE series SET since = since + 1",
    "UPDATE series SET last_run = 1",
    "DELETE FROM series",
    "UPDATE fates SET state = 'failed'",
    "UPDATE fates SET data = NULL",
    "UPDATE fates SET handle = 'H:t:2'",
    "UPDATE fates SET ended_at = 0",
    "UPDATE fates SET number = 2",
    "DELETE FROM fates",
    "ALTER TABLE fates RENAME TO fatws",
    "UPDATE totals SET jobs = 2",
  ];
  const { DatabaseSync } = await import("node:sqlite");
  for (const change of changes) {
    const path = scratch.copyStore("whole", "changed");
    const db = new DatabaseSync(path);
    db.exec(change);
    db.close();
    const error = await assertRejects(
      () => sqliteStore(path).open(),
      StoreError,
      undefined,
      change,
    );
    assertEquals(error.code, "DAMAGED", change);
  }
});

test(
  "sqliteStore() reads a file of version 1, and makes one of this version of it",
  options,
  async (t) => {
    const path = t.use(new Scratch()).path("jobs.db");
    writeVersion1(path);
    const first = await read(sqliteStore(path));
    assertEquals([first.next, first.jobs.map(jobText)], [4097, JOBS_OF_VERSION_1]);
    assertEquals([first.series, first.fates], [[], []]);
    await write(path, [
      { kind: "forget", number: 1 },
      { kind: "keep series", series: series(5000) },
      { kind: "ended", fate: fate(1) },
    ]);
    const { jobs, series: all, fates } = await read(sqliteStore(path));
    assertEquals(jobs.map(jobText), JOBS_OF_VERSION_1.slice(1));
    assertEquals([all, fates], [[series(5000)], [fate(1)]]);
    assertEquals(await integrity(path), "ok");
  },
);

test("sqliteStore() leaves a damaged file of version 1 as it was", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  writeVersion1(path);
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = DELETE; UPDATE jobs SET workload = x'00' WHERE number = 1");
  db.close();
  const before = readFileSync(path);
  const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
  assertEquals(error.code, "DAMAGED");
  assertEquals(readFileSync(path).equals(before), true);
});

test("sqliteStore() caps a time that no file could hold", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  await write(path, keep(job(1, "w", { notBefore: 9.2e21 })));
  const { jobs } = await read(sqliteStore(path));
  assertEquals(jobs[0].notBefore, Number.MAX_SAFE_INTEGER);
});

test("sqliteStore() writes all of a commit or nothing", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const store = sqliteStore(path);
  await store.open();
  await store.commit(keep(job(1, "a")));
  // The second number is taken, which no server of ours would ask for.
  assertThrows(() => store.commit(keep(job(2, "b"), job(1, "again"))), StoreError);
  await store.commit(keep(job(3, "c")));
  await store.close();
  const { jobs } = await read(sqliteStore(path));
  assertEquals(jobs.map(jobText), ["1 f||a", "3 f||c"]);
});

test(
  "sqliteStore() says FULL where a full disk has no room for a look at the file, which keeps its jobs",
  options,
  async (t) => {
    const scratch = t.use(new Scratch());
    const store = sqliteStore(scratch.path("jobs.db"));
    await store.open();
    await store.commit(keep(job(1, "a"), job(2, "b")));
    // As a server leaves it that is killed, or cannot bring its log in: all that is new is there.
    const path = scratch.copyStore("jobs.db", "left.db");
    await store.close();
    // A limit of 8 KiB for each file is to the log's index what a full disk is.
    const limited = ["-c", `trap "" XFSZ; ulimit -f 16; exec "$@"`, "sh"];
    const [program, args] = fixture("test/server/full_disk_fixture.ts");
    const { stdout } = spawnSync("sh", [...limited, program, ...args, path], { encoding: "utf8" });
    assertMatch(
      stdout,
      /^FULL Expected room to read the store ".*left\.db".*what it holds is kept/,
    );
    assertEquals((await read(sqliteStore(path))).jobs.map(jobText), ["1 f||a", "2 f||b"]);
  },
);

test("sqliteStore() says FULL at maxBytes, and goes on when there is room", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const store = sqliteStore(path, { maxBytes: 100_000 });
  await store.open();
  await store.commit(keep(job(1, "x".repeat(50_000))));
  const error = assertThrows(() => store.commit(keep(job(2, "x".repeat(50_000)))), StoreError);
  assertEquals(error.code, "FULL");
  await store.commit([{ kind: "forget", number: 1 }, ...keep(job(3, "x".repeat(50_000)))]);
  await store.close();
  const { jobs } = await read(sqliteStore(path));
  assertEquals(jobs.map(({ number }) => number), [3]);
});

test("sqliteStore() lets one server at a time use a file", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const first = sqliteStore(path);
  await first.open();
  await first.commit(keep(job(1, "a")));
  const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
  assertEquals(error.code, "IN_USE");
  assertEquals(
    error.message,
    `Expected the store "${path}" to be free, got one that another server uses`,
  );
  await first.commit(keep(job(2, "b")));
  await first.close();
  assertEquals((await read(sqliteStore(path))).jobs.length, 2);
});

test("sqliteStore() leaves files alone that are not its own", options, async (t) => {
  const scratch = t.use(new Scratch());
  const { DatabaseSync } = await import("node:sqlite");
  const text = scratch.path("text");
  writeFileSync(text, "SQLite is not what this is");
  const foreign = scratch.path("foreign.db");
  const other = new DatabaseSync(foreign);
  other.exec("CREATE TABLE jobs (number INTEGER PRIMARY KEY)");
  other.close();
  const later = scratch.path("later.db");
  await write(later, keep(job(1, "a")));
  const changed = new DatabaseSync(later);
  changed.exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99");
  changed.close();
  for (
    const [path, what] of [
      [text, /store, got another kind of file$/],
      [foreign, /store, got a database of another program$/],
      [later, /store, got one of a later version, 99$/],
    ] as const
  ) {
    const before = readFileSync(path);
    const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
    assertEquals(error.code, "FOREIGN");
    assertMatch(error.message, what);
    assertEquals(readFileSync(path).equals(before), true);
  }
});

test("sqliteStore() refuses an empty or absent file beside a log", options, async (t) => {
  const scratch = t.use(new Scratch());
  const store = sqliteStore(scratch.path("a.db"));
  await store.open();
  await store.commit(keep(job(1, "a")));
  const path = scratch.copyStore("a.db", "b.db");
  await store.close();
  const log = readFileSync(`${path}-wal`);
  writeFileSync(path, "");
  const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
  assertEquals(error.code, "DAMAGED");
  assertMatch(
    error.message,
    /to be a whole store, got an empty file beside a log: the file is left/,
  );
  assertEquals(readFileSync(`${path}-wal`).equals(log), true);
});

test("sqliteStore() takes an empty file for a new one", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  writeFileSync(path, "");
  assertEquals(await read(sqliteStore(path)), { next: 1, jobs: [], series: [], fates: [] });
});

test("sqliteStore() says where a file cannot be", options, async (t) => {
  const path = t.use(new Scratch()).path("no/such/folder/jobs.db");
  const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
  assertEquals(error.code, "IO");
  assertMatch(error.message, /^Expected to open the store ".*jobs.db", got unable to open/);
});

test("sqliteStore() refuses options out of range", () => {
  assertThrows(() => sqliteStore(""), RangeError, "the path of a store");
  assertThrows(() => sqliteStore("a", { maxBytes: 1000 }), RangeError, "65536 or more, got 1000");
  assertThrows(
    () => sqliteStore("a", { synchronous: "off" as "full" }),
    RangeError,
    'to be "full" or "normal", got "off"',
  );
});

test("sqliteStore() says which runtimes have what it needs", {
  skip: withoutSqlite === false && `${runtime.name} has it`,
}, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const error = await assertRejects(() => sqliteStore(path).open(), StoreError);
  assertEquals(error.code, "UNSUPPORTED");
  assertMatch(error.message, /got one without: use Deno, Bun, or Node 22.13 or later, or run w/);
});

test("JobServer takes the path of a store, and the next one goes on", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const { dial, listen } = memoryNetwork();
  const server = await JobServer.listen({ listen, store: path, handlePrefix: "H:t" });
  const client = new RawPeer(await dial(server.address));
  await client.send(request("SUBMIT_JOB_BG", "f", "", "a"));
  await client.send(request("SUBMIT_JOB_HIGH_BG", "f", "u", "b"));
  await client.send(request("SUBMIT_JOB", "f", "", "c"));
  const made = ["JOB_CREATED H:t:1", "JOB_CREATED H:t:2", "JOB_CREATED H:t:3"];
  assertEquals(await client.settle(), made);
  await client.close();
  await server.close();

  const next = t.use(await JobServer.listen({ listen, store: path, handlePrefix: "H:t" }));
  const peer = t.use(new RawPeer(await dial(next.address)));
  await peer.send(request("SUBMIT_JOB_BG", "f", "u", ""));
  await peer.send(request("CAN_DO", "f"));
  for (let i = 0; i < 3; i++) await peer.send(request("GRAB_JOB"));
  assertEquals(await peer.settle(), [
    "JOB_CREATED H:t:2",
    "JOB_ASSIGN H:t:2\\0f\\0b",
    "JOB_ASSIGN H:t:1\\0f\\0a",
    "NO_JOB",
  ]);
});

test("JobServer goes on with series and ends of jobs after a restart", options, async (t) => {
  const path = t.use(new Scratch()).path("jobs.db");
  const { dial, listen } = memoryNetwork();
  const clock = handClock();
  const minute = 60_000;
  const start = async () => {
    const server = await JobServer.listen({
      listen,
      store: path,
      handlePrefix: "H:t",
      clock,
      timeZone: "UTC",
      results: { ttl: 10 * minute },
    });
    return { server, peer: new RawPeer(await dial(server.address)) };
  };
  const first = await start();
  const every = ["*/2", "*", "*", "*", "*"];
  await first.peer.send(request("SUBMIT_JOB_SCHED", "f", "u", ...every, "w"));
  await first.peer.send(request("SUBMIT_JOB_SCHED", "f", "v", ...every, "cancelled"));
  assertEquals(await first.peer.settle(), ["JOB_CREATED H:t:1", "JOB_CREATED H:t:2"]);
  await first.peer.send("cancel job H:t:2\n");
  await first.peer.settle();
  clock.turn(2 * minute);
  await first.peer.send(request("CAN_DO", "f"));
  await first.peer.send(request("GRAB_JOB"));
  assertEquals(await first.peer.settle(), ["JOB_ASSIGN H:t:3\\0f\\0w"]);
  await first.peer.send(request("WORK_COMPLETE", "H:t:3", "r"));
  await first.peer.settle();
  await first.peer.close();
  await first.server.close();

  clock.turn(5 * minute + 1);
  const second = await start();
  t.use(second.server);
  t.use(second.peer);
  const result = encoder.encode("r");
  const end = { state: "complete", endedAt: 2 * minute, result } as const;
  for (const handle of ["H:t:1", "H:t:3"]) assertEquals(second.server.fate({ handle }), end);
  assertEquals(second.server.fate({ unique: "u" }), end);
  clock.turn(0);
  await second.peer.send("show unique jobs\n");
  assertEquals(await second.peer.settle(), ["u\\n", "u\\n", ".\\n"]);
  await second.peer.send(request("CAN_DO", "f"));
  await second.peer.send(request("GRAB_JOB"));
  const [assigned] = await second.peer.settle();
  assertMatch(assigned, /^JOB_ASSIGN H:t:\d+\\0f\\0w$/);
  clock.turn(5 * minute);
  assertEquals(second.server.fate({ handle: "H:t:3" }), { state: "unknown" });
});
