/**
 * The commands that ask a server or tell it something: background, status, workers, jobs, cancel,
 * maxqueue, ping and wait-ready.
 *
 * @module
 */
import { Client, JobServer, type TcpAddress, Worker } from "../../mod.ts";
import { run } from "../../src/cli/run.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { FakeTerminal, type Ran, ran } from "./fake_terminal.ts";
import { everyWorker, KINDS, type ServerKind } from "./job_servers.ts";

export const notOnWorkerd = "the command line listens on a port";

/** Runs commands on one server. */
type Run = (...args: string[]) => Promise<Ran>;

async function open(t: TestContext, kind: ServerKind) {
  const { address, text } = await kind.start(t);
  const on: Run = (name, ...args) => ran([name, `--servers=${text}`, ...args]);
  return { address, text, on };
}

/** The lines of JSON that a command printed. */
function rowsOf({ out, code, err }: Ran) {
  assert(out !== "", `Expected rows, got none, code ${code}: ${err}`);
  return out.trim().split("\n").map((line) => JSON.parse(line));
}

for (const kind of KINDS) {
  const { name, skip } = kind;

  test(`background hands jobs over, and status, jobs and cancel know them, on ${name}`, {
    skip,
  }, async (t) => {
    const { text, on } = await open(t, kind);
    const { code, out, err } = await on("background", "mail", "one", "two");
    assertEquals([code, err], [0, ""]);
    const lines = out.trim().split("\n").map((line) => line.split("\t"));
    assertEquals(lines.map(([server]) => server), [text, text]);
    const [[, first], [, second, unique]] = lines;
    const later = await on("background", "mail", "three", "--delay=1h", "--json", "-u", "late");
    const [{ handle: third, ...rest }] = rowsOf(later);
    assertEquals(rest, { job: 0, function: "mail", server: text, unique: "late" });

    const jobs = await on("jobs", "--json");
    assertEquals(rowsOf(jobs).map(({ handle }) => handle).sort(), [first, second, third].sort());
    assertEquals(rowsOf(jobs)[0].background, true);
    const table = (await on("jobs")).out.split("\n");
    assertMatch(table[0], /^HANDLE +RETRIES +KIND +STATE$/);
    assertEquals(table.length, 5);
    assertMatch((await on("jobs", "-u")).out, /^UNIQUE\n(.+\n){3}$/);

    assertEquals((await on("status", "--job", first)).out, "waiting\n");
    assertMatch((await on("status", "--unique", unique)).out, /^waiting, followed by \d\n$/);
    assertEquals(rowsOf(await on("status", "--job", first, "--json"))[0].isKnown, true);
    const functions = await on("status", "--json", "mail");
    assertEquals(rowsOf(functions), [{
      server: text,
      function: "mail",
      queued: 3,
      high: 0,
      normal: 3,
      low: 0,
      running: 0,
      workers: 0,
    }]);
    assertMatch(
      (await on("status")).out,
      /^FUNCTION +QUEUED +HIGH +NORMAL +LOW +RUNNING +WORKERS\nmail +3 +0 +3 +0 +0 +0\n$/,
    );

    assertEquals(await on("cancel", first), { code: 0, out: `${first} cancelled\n`, err: "" });
    // Servers do not tell any more of what kind it was.
    assertMatch((await on("jobs")).out, new RegExp(`\n${first} +0 +- +ignored\n`));
    const again = await on("cancel", "H:nobody:99", second, "--json");
    assertEquals([again.code, rowsOf(again)], [23, [
      { handle: "H:nobody:99", cancelled: false },
      { handle: second, cancelled: true, server: text },
    ]]);
    const gone = await on("cancel", "H:nobody:99");
    assertEquals([gone.code, gone.out], [23, ""]);
    assertStringIncludes(gone.err, 'Expected a job that is known, got "H:nobody:99"');
    const unknown = await on("status", "--job", "H:nobody:99");
    assertEquals([unknown.code, unknown.out], [23, "unknown\n"]);
    const nothing = await on("status", "resize");
    assertEquals([nothing.code, nothing.err], [
      23,
      'geartrain: Expected a function that is known, got "resize"\n',
    ]);
  });

  test(`status --follow tells of a job until it has ended, on ${name}`, { skip }, async (t) => {
    const { address, text } = await open(t, kind);
    const worker = t.use(new Worker({ servers: address }));
    let finish = () => {};
    worker.add("long", (job) => {
      job.status(1, 4);
      return new Promise<string>((resolve) => finish = () => resolve("done"));
    });
    worker.start();
    t.use({ close: () => finish() });
    const client = t.use(new Client({ servers: address }));
    const { handle } = await client.background("long", "w");
    const terminal = new FakeTerminal({ isWatched: true });
    const args = ["status", "-s", text, "--job", handle, "--follow", "--every=10ms"];
    const code = run(args, terminal);
    await terminal.until(() => terminal.errors.includes("25%  1/4"));
    finish();
    assertEquals([await code, terminal.text], [0, "ended\n"]);
    const unknown = await ran(args);
    assertEquals([unknown.code, unknown.out], [23, "unknown\n"]);
  });

  test(`workers shows who offers what, on ${name}`, { skip }, async (t) => {
    const { address, on } = await open(t, kind);
    everyWorker(t, address);
    // Whose job is done is known with all that it offers. To wait-ready, which asks once in a time
    // that stands still, it might not be known yet.
    assertEquals((await on("submit", "reverse", "ab")).out, "ba");
    assertEquals((await on("wait-ready", "--function=reverse", "--function=count")).code, 0);
    const [row, ...others] = rowsOf(await on("workers", "--json"));
    assertEquals([row.id, others.length], ["every", 0]);
    assertEquals(row.functions.includes("reverse"), true);
    assertMatch((await on("workers")).out, /^FD +IP +ID +FUNCTIONS\n *\d+ +127\.0\.0\.1 +every +/);
    assertEquals((await on("workers", "resize")).out, "FD  IP  ID  FUNCTIONS\n");
    assertEquals(rowsOf(await on("workers", "--all", "--json")).length > 1, true);
    const both = await on("workers", "--all", "resize");
    assertEquals([both.code, both.err], [
      2,
      'geartrain: Expected no more after --all, got "resize"\n',
    ]);
  });

  test(`maxqueue limits what waits, and says so of a function that is not known, on ${name}`, {
    skip,
  }, async (t) => {
    const { text, on } = await open(t, kind);
    const unknown = await on("maxqueue", "mail", "1");
    assertEquals([unknown.code, unknown.err], [
      23,
      `geartrain: Expected a function that ${text} knows, got "mail"\n`,
    ]);
    assertEquals(await on("maxqueue", "mail", "1", "--create"), { code: 0, out: "", err: "" });
    assertEquals((await on("background", "mail", "one")).code, 0);
    const full = await on("background", "mail", "two");
    assertEquals(full.code, 21);
    assertStringIncludes(full.err, 'geartrain: Server answered "QUEUE_ERROR"');
    const several = await on("background", "mail", "two", "three");
    assertMatch(several.err, /^geartrain: job 1: .*QUEUE_ERROR.*\ngeartrain: job 2: .*\n$/);
    const refused = await on("background", "mail", "two", "three", "--json");
    assertEquals(rowsOf(refused).map(({ job, error }) => [job, error.code]), [
      [0, "SERVER"],
      [1, "SERVER"],
    ]);
    const low = await on("maxqueue", "mail", "--low=3", "--json");
    assertEquals(rowsOf(low), [{ server: text, function: "mail", limits: { low: 3 } }]);
    assertEquals((await on("background", "mail", "two")).code, 0);
    for (
      const [args, message] of [
        [[], "Expected a FUNCTION, got none"],
        [["mail", "x"], 'Expected LIMIT to be a whole number, 1 or more, got "x"'],
        [["mail", "0"], 'Expected LIMIT to be a whole number, 1 or more, got "0"'],
        [["mail", "1", "2"], 'Expected no more after LIMIT, got "2"'],
        [["mail", "1", "--low=2"], "Expected LIMIT or --low, got both"],
      ] as const
    ) {
      const { code, err } = await on("maxqueue", ...args);
      assertEquals([code, err], [2, `geartrain: ${message}\n`]);
    }
  });

  test(`ping and wait-ready find out whether a server answers, on ${name}`, {
    skip,
  }, async (t) => {
    const { text, on } = await open(t, kind);
    assertMatch((await on("ping")).out, /^127\.0\.0\.1:\d+: \d+(\.\d+)? m?s\n$/);
    const [{ server, milliseconds }] = rowsOf(await on("ping", "--json"));
    assertEquals([server, typeof milliseconds], [text, "number"]);
    assertEquals(await on("wait-ready"), { code: 0, out: "", err: "" });
    const terminal = new FakeTerminal();
    const code = run(["ping", "-s", text, "-c", "3", "-i", "1s"], terminal);
    await terminal.pass();
    await terminal.pass();
    assertEquals([await code, terminal.text.trim().split("\n").length], [0, 3]);
  });
}

test("ping ends with 20 when one of several servers cannot be reached, and asks the others", async (t) => {
  const { text } = await open(t, KINDS[0]);
  const port = await host.freePort();
  const { code, out, err } = await ran(["ping", "-s", `127.0.0.1:${port},${text}`]);
  assertEquals(code, 20);
  assertMatch(out, new RegExp(`^${text}: `));
  assertMatch(err, new RegExp(`^geartrain: 127.0.0.1:${port}: `));
});

test("wait-ready waits until a server comes, and until its time is up", async (t) => {
  const port = await host.freePort();
  const args = ["wait-ready", "-s", `127.0.0.1:${port}`, "-i", "1s"];
  const late = new FakeTerminal();
  const code = run([...args, "--timeout=2s"], late);
  await late.pass();
  await late.pass();
  assertEquals(await code, 22);
  assertMatch(
    late.errors,
    /^geartrain: Expected an answer of 127\.0\.0\.1:\d+ \(.*\) within 2000 ms/,
  );

  const terminal = new FakeTerminal();
  const ready = run([...args, "--json"], terminal);
  await terminal.pass();
  t.use(await JobServer.listen({ port }));
  await terminal.pass();
  assertEquals([await ready, JSON.parse(terminal.text)], [0, { ready: true, waited: 2_000 }]);
});

test("wait-ready names the functions that have no worker", async (t) => {
  const { address, text } = await open(t, KINDS[0]);
  everyWorker(t, address);
  assertEquals((await ran(["submit", "-s", text, "reverse", "ab"])).out, "ba");
  const args = ["wait-ready", "-s", text, "--function=reverse", "--function=video", "-i", "20s"];
  const terminal = new FakeTerminal();
  const code = run(args, terminal);
  await terminal.pass();
  assertEquals(await code, 22);
  assertEquals(
    terminal.errors,
    "geartrain: Expected a worker for video within 30000 ms, none came\n",
  );
});

test("background --schedule hands over a series, which cancel ends", async (t) => {
  const { on } = await open(t, KINDS[0]);
  const series = await on("background", "mail", "w", "--schedule=0 6 * * mon-fri", "--json");
  const [{ handle }] = rowsOf(series);
  assertEquals((await on("cancel", handle)).code, 0);
  assertEquals((await on("cancel", handle)).code, 23);
});

test("fate tells how a job ended, of the server that knows it", async (t) => {
  const { text: other } = await open(t, KINDS[0]);
  const server = t.use(
    await JobServer.listen({ results: { ttl: 60_000, maxResultBytes: 30 }, handlePrefix: "H:s" }),
  );
  const { host, port } = server.address as TcpAddress;
  everyWorker(t, server.address);
  const at = `${host}:${port}`;
  const on: Run = (name, ...args) => ran([name, "-s", at, ...args]);
  const ended = async (name: string, ...args: string[]) => {
    const [{ handle }] = rowsOf(await on("background", name, ...args, "--json"));
    // Jobs of one worker end in their order.
    await on("submit", "reverse", "w");
    return handle as string;
  };
  const done = await ended("reverse", "ab", "-u", "mine");
  assertEquals(await on("fate", done), { code: 0, out: "ba", err: "" });
  const size = { columns: 80, rows: 24 };
  assertEquals((await ran(["fate", "-s", at, done], { size })).out, "ba\n");
  const [{ endedAt, ...row }] = rowsOf(await on("fate", "--unique=mine", "--json"));
  assertEquals(row, { unique: "mine", server: at, state: "complete", result: "ba" });
  assertMatch(endedAt, /^\d{4}-\d\d-\d\dT.*Z$/);
  const large = await on("fate", await ended("reverse", "x".repeat(31)));
  assertEquals([large.code, large.out], [0, ""]);
  assertMatch(large.err, /^geartrain: Job "H:s:\d+" was complete at .*; its result was too large/);
  const failed = await on("fate", await ended("fail", "w"));
  assertEquals([failed.code, failed.out], [10, ""]);
  assertMatch(failed.err, /^geartrain: Job "H:s:\d+" failed at \S+Z\n$/);
  const boom = await ended("boom", "w");
  const threw = await on("fate", boom);
  assertEquals(threw.code, 11);
  assertMatch(threw.err, /failed at \S+Z with an exception: RangeError: too far\n$/);
  assertEquals(rowsOf(await on("fate", boom, "--json"))[0].data, "RangeError: too far");
  const [{ handle: waits }] = rowsOf(await on("background", "nobody", "w", "--json"));
  const waiting = await on("fate", waits);
  assertEquals([waiting.code, waiting.err], [24, `geartrain: Job "${waits}" is waiting\n`]);
  const unknown = await on("fate", "H:nobody:99");
  assertEquals([unknown.code, unknown.out], [23, ""]);
  const without = await ran(["fate", "-s", other, done]);
  assertEquals(without.code, 21);
  assertMatch(without.err, /it keeps no results, as gearmand does not; .* with --results-ttl\n$/);
  // The other keeps none, and may not have it either.
  assertEquals((await ran(["fate", "-s", `${other},${at}`, done])).out, "ba");
  assertEquals((await ran(["status", "-s", `${other},${at}`, "--job", waits])).out, "waiting\n");
});

test("the commands for several servers say which is which", async (t) => {
  const [one, two] = [await open(t, KINDS[0]), await open(t, KINDS[0])];
  const servers = `${one.text},${two.text}`;
  await one.on("background", "mail", "w");
  await two.on("background", "mail", "w");
  const { out } = await ran(["status", "-s", servers]);
  assertMatch(out, /^SERVER +FUNCTION /);
  assertEquals(out.split("\n").length, 4);
  const [, handle] = (await two.on("background", "mail", "v")).out.split("\t");
  const [row] = rowsOf(await ran(["cancel", "-s", servers, handle, "--json"]));
  assertEquals(row, { handle, cancelled: true, server: two.text });
});

const WRONG: readonly [args: readonly string[], message: string][] = [
  [["background"], "Expected a FUNCTION, got none"],
  [["background", "f", "w", "--at=soon"], "Expected --at to be a date such as 2027-01-01T06:00Z"],
  [["background", "f", "w", "--at=2027-01-01", "--delay=1s"], "Expected --at or --delay, got both"],
  [["background", "f", "w", "--delay=1s", "--priority=high"], "Expected "],
  [["background", "f", "w", "--schedule=soon"], "Expected a schedule of five fields"],
  [
    ["background", "f", "w", "--schedule=* * * * *", "--delay=1s"],
    "Expected --delay or --schedule",
  ],
  [["status", "--follow"], "Expected --job or --unique with --follow"],
  [["status", "--job=a", "--unique=b"], "Expected --job or --unique, got both"],
  [["fate"], "Expected HANDLE or --unique, got none"],
  [["fate", "a", "--unique=b"], "Expected HANDLE or --unique, got both"],
  [["fate", "a", "b"], 'Expected no more after HANDLE, got "b"'],
  [["status", "f", "--job=a"], "Expected a job or functions, got both"],
  [["jobs", "f"], `Expected no more after the command's name, got "f"`],
  [["cancel"], "Expected a HANDLE, got none"],
  [["cancel", "a b"], "Expected "],
  [["ping", "now"], `Expected no more after the command's name, got "now"`],
  [["ping", "-c", "0"], "Expected --count to be a whole number"],
  [["wait-ready", "--timeout", "ever"], "Expected --timeout to be a time such as 500ms"],
];
for (const [args, message] of WRONG) {
  test(`geartrain refuses ${args.join(" ")}`, async () => {
    const { code, out, err } = await ran(args);
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, `geartrain: ${message}`);
    assertEquals(err.split("\n").length, 2);
    const told = JSON.parse((await ran([...args, "--json"])).err).error;
    assertEquals([told.code, err], ["USAGE", `geartrain: ${told.message}\n`]);
  });
}

test("every command that asks ends with 20 where nobody answers", async () => {
  const port = await host.freePort();
  for (
    const args of [
      ["background", "f", "w"],
      ["status"],
      ["status", "--job=H:a:1"],
      ["fate", "H:a:1"],
      ["workers"],
      ["jobs"],
      ["cancel", "H:a:1"],
      ["maxqueue", "f", "1"],
    ]
  ) {
    const plain = await ran([...args, "-s", `127.0.0.1:${port}`]);
    assertEquals([args[0], plain.code, plain.out], [args[0], 20, ""]);
    assertMatch(plain.err, /^geartrain: .*\n$/);
    const json = await ran([...args, "--json", "-s", `127.0.0.1:${port}`]);
    assertEquals([args[0], json.code], [args[0], 20]);
    assertEquals(JSON.parse(json.out || json.err).error.code, "REFUSED");
  }
});
