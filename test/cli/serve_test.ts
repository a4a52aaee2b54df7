/**
 * `geartrain serve` as a program: what gearmand's own test programs ask of a server that they are
 * to run in gearmand's place, and the signals.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { JobServer } from "../../mod.ts";
import { dial } from "../../src/sockets/detect.ts";
import { LEVELS } from "../../src/cli/log.ts";
import { LinkError } from "../../src/errors.ts";
import {
  assertEquals,
  assertMatch,
  type Program,
  type ProgramSpec,
  runtime,
  startProgram,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { CLOSED, RawPeer, request } from "../server/raw_peer.ts";
import { CA, CLIENT_CERT, CLIENT_KEY, SERVER_CERT, SERVER_KEY } from "../sockets/certificates.ts";
import { Scratch, withoutSqlite } from "../server/scratch.ts";
import { ran } from "./fake_terminal.ts";

export const notOnWorkerd = "the command line listens on a port";

/** Programs start slowly where many tests run at once. */
const timeout = 180_000;

/** Starts the command as a harness would: in its own folder, and with no variables at all. */
function start(folder: string, args: readonly string[]): Promise<Program> {
  const run: ProgramSpec["run"] = "test/cli/geartrain_fixture.ts";
  return startProgram({ run, args: ["serve", ...args], isBare: true, folder });
}

/** A server that answers. */
interface Served {
  readonly program: Program;
  readonly port: number;
  connect(): Promise<RawPeer>;
}

/** Starts a server on a free port, and waits until it answers. */
async function served(t: TestContext, scratch: Scratch, ...args: string[]): Promise<Served> {
  const port = await host.freePort();
  const program = t.use(await start(scratch.path(""), [`--port=${port}`, ...args]));
  const connect = async () => t.use(await connected(port, program));
  // To dial until it listens costs as much as its start.
  if (!args.some((arg) => arg.startsWith("--log-file="))) await listening(program);
  await connect();
  return { program, port, connect };
}

/** Waits until its log says that it listens. */
async function listening(program: Program): Promise<void> {
  for (;;) {
    const line = await program.errorLine();
    if (line === undefined) {
      throw new Error(`Expected a server, it ended:\n${(await program.exit()).stderr}`);
    }
    if (line.includes("NOTICE Listening on")) return;
  }
}

/** Connects, as soon as somebody listens; throws when the program has ended without. */
async function connected(port: number, program: Program): Promise<RawPeer> {
  const ended = program.exit().then(({ stderr }) => stderr);
  let hasEnded = false;
  void ended.then(() => hasEnded = true);
  for (;;) {
    try {
      return new RawPeer(await dial({ host: "127.0.0.1", port }));
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      if (hasEnded) throw new Error(`Expected a server, it ended:\n${await ended}`);
    }
  }
}

test(
  "serve keeps the contract for a server that stands in for gearmand",
  { timeout },
  async (t) => {
    const scratch = t.use(new Scratch());
    mkdirSync(scratch.path("var"));
    const isRoot = process.getuid?.() === 0;
    const flags = ["--verbose=INFO", "--log-file=var/log", "--pid-file=var/pid"];
    const rest = [...isRoot ? ["-u", "root"] : [], "--listen=localhost"];
    const suite = ["--exceptions", "--round-robin", "--job-retries=2"];
    const { program, port, connect } = await served(t, scratch, ...flags, ...suite, ...rest);
    const peer = await connect();
    await peer.send("version\r\n");
    assertMatch(await peer.next(), /^OK \d+\.\d+\.\d+\+geartrain\\n$/);
    assertEquals(readFileSync(scratch.path("var/pid"), "utf8"), `${program.pid}\n`);
    // The flags of the suites do something: exceptions come without being asked for.
    await peer.send(request("CAN_DO", "f"));
    await peer.send(request("SUBMIT_JOB", "f", "", ""));
    await peer.send(request("GRAB_JOB"));
    const [created] = await peer.settle();
    const handle = created.slice("JOB_CREATED ".length);
    assertMatch(handle, /^H:[^:]+:1$/);
    await peer.send(request("WORK_EXCEPTION", handle, "why"));
    assertEquals(await peer.next(), `WORK_EXCEPTION ${handle}\\0why`);

    const second = await start(scratch.path(""), [
      `--port=${port}`,
      "--bind-timeout=0",
      "--pid-file=var/pid",
    ]);
    const { code, stderr } = await t.use(second).exit();
    assertEquals(code, 1);
    // Once, though both the log and the terminal are to hear of it.
    assertMatch(stderr, /^\S+Z FATAL .*127\.0\.0\.1:\d+[^\n]*\n$/);
    assertEquals(readFileSync(scratch.path("var/pid"), "utf8"), `${program.pid}\n`);

    await program.kill("SIGTERM");
    const exit = await program.exit();
    assertEquals([exit.code, exit.stdout, exit.stderr], [0, "", ""]);
    assertEquals(existsSync(scratch.path("var/pid")), false);
    assertEquals(await peer.next(), CLOSED);
    const log = readFileSync(scratch.path("var/log"), "utf8");
    assertMatch(log, /^\S+Z NOTICE Listening on 127\.0\.0\.1:\d+\n/);
    assertMatch(log, /NOTICE Ending: SIGTERM\n\S+ NOTICE Ended\n$/);
  },
);

test("serve fails for flags that make no sense, and says why", { timeout }, async (t) => {
  const scratch = t.use(new Scratch());
  const missing = scratch.path("no.conf");
  const wrong = await t.use(await start(scratch.path(""), ["foo"])).exit();
  const told = 'geartrain: Expected flags, got "foo"\n';
  assertEquals([wrong.code, wrong.stdout, wrong.stderr], [1, "", told]);
  for (
    const [args, message] of [
      [["--prt=4730"], "a flag that is known, got --prt, did you mean --port?"],
      [["--verbose=BAD"], `--verbose to be one of ${LEVELS.join(", ")}, got "BAD"`],
      [
        [`--config-file=${missing}`],
        "--config-file to name a file that can be read, got ENOENT: no such file or directory, " +
        `open '${missing}'`,
      ],
    ] as const
  ) {
    const { code, out, err } = await ran(["serve", ...args]);
    assertEquals([code, out, err], [1, "", `geartrain: Expected ${message}\n`]);
  }
});

test("serve --check-args takes the flags of gearmand's suites, and does nothing", async () => {
  const suites = ["--exceptions", "--round-robin", "--job-retries=30", "--ssl", "--syslog"];
  const http = ["--protocol=http", "--http-port=8080"];
  const { code, out } = await ran(["serve", "--check-args", "--port=1", ...suites, ...http]);
  assertEquals([code, out], [0, ""]);
});

test("serve --ssl speaks TLS from the first byte, to clients with a certificate", {
  timeout,
}, async (t) => {
  const scratch = t.use(new Scratch());
  const files = { "server.pem": SERVER_CERT, "server.key": SERVER_KEY, "ca.pem": CA };
  for (const [name, pem] of Object.entries(files)) writeFileSync(scratch.path(name), pem);
  const tls = ["--ssl", "--ssl-certificate=server.pem", "--ssl-key=server.key"];
  const { port } = await served(t, scratch, ...tls, "--ssl-ca-file=ca.pem");
  const secure = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
  const at = { host: "127.0.0.1", port };
  const peer = t.use(new RawPeer(await dial({ ...at, tls: secure })));
  await peer.send("version\r\n");
  assertMatch(await peer.next(), /^OK \d/);
  const plain = t.use(new RawPeer(await dial(at)));
  await plain.send("version\r\n");
  // Some runtimes send an alert first.
  while (await plain.next() !== CLOSED);
});

test(
  "serve opens its log and reads its rules anew at SIGHUP, and lets running jobs end at SIGUSR1 or 2",
  {
    timeout,
  },
  async (t) => {
    const scratch = t.use(new Scratch());
    const rule = { submit: true, work: true };
    const writeRules = (...rules: unknown[]) =>
      writeFileSync(scratch.path("rules"), JSON.stringify(rules));
    writeRules(rule);
    const flags = ["--log-file=log", "--access=rules"];
    const { program, port, connect } = await served(t, scratch, ...flags);
    const peer = await connect();
    await peer.send(request("CAN_DO", "f"));
    await peer.send(request("SUBMIT_JOB", "f", "", "w"));
    await peer.send(request("GRAB_JOB"));
    const [created] = await peer.settle();
    const handle = created.slice("JOB_CREATED ".length);
    await peer.send("getpid\n");
    assertMatch(await peer.next(), /^ERR ACCESS_DENIED /);
    renameSync(scratch.path("log"), scratch.path("log.1"));
    writeRules({ ...rule, administer: "read" });
    await program.kill("SIGHUP");
    while (!existsSync(scratch.path("log"))) await peer.settle();
    await peer.send("getpid\n");
    assertMatch(await peer.next(), /^OK \d+/);
    // What is no rule, and would mean everybody if it were one, changes nothing.
    writeRules([]);
    await program.kill("SIGHUP");
    const log = () => readFileSync(scratch.path("log"), "utf8");
    while (!log().includes("ERROR The rules stay as they were: ")) await peer.settle();
    await peer.send("shutdown\n");
    assertMatch(await peer.next(), /^ERR ACCESS_DENIED /);
    // Deno opens a port at the first.
    await program.kill(runtime.name === "deno" ? "SIGUSR2" : "SIGUSR1");
    // The connection that is there is served until the job is done; no other is accepted.
    await refused(port);
    await peer.send(request("WORK_DATA", handle, "part"));
    assertEquals(await peer.next(), `WORK_DATA ${handle}\\0part`);
    await peer.send(request("WORK_COMPLETE", handle, "r"));
    assertEquals(await peer.next(), `WORK_COMPLETE ${handle}\\0r`);
    assertEquals(await peer.next(), CLOSED);
    assertEquals((await program.exit()).code, 0);
    const lines = (file: string) =>
      readFileSync(scratch.path(file), "utf8").trim().split("\n").length;
    assertEquals([lines("log.1"), lines("log")], [2, 4]);
  },
);

/** Waits until a port is refused. */
async function refused(port: number): Promise<void> {
  for (;;) {
    try {
      await (await dial({ host: "127.0.0.1", port })).close();
    } catch {
      return;
    }
  }
}

test("serve obeys shutdown where --shutdown-command lets it", { timeout }, async (t) => {
  const scratch = t.use(new Scratch());
  const { program, connect } = await served(t, scratch, "--shutdown-command");
  const peer = await connect();
  await peer.send("shutdown graceful\r\n");
  assertEquals(await peer.next(), "OK\\r\\n");
  assertEquals(await peer.next(), CLOSED);
  assertEquals((await program.exit()).code, 0);
});

test("serve keeps background jobs in its store, which no other may use", {
  timeout,
  skip: withoutSqlite,
}, async (t) => {
  const scratch = t.use(new Scratch());
  const flags = ["--store=jobs.db", "--job-handle-prefix=H:s"];
  const first = await served(t, scratch, ...flags);
  const client = await first.connect();
  await client.send(request("SUBMIT_JOB_BG", "f", "u", "w"));
  assertEquals(await client.next(), "JOB_CREATED H:s:1");

  const port = await host.freePort();
  const other = t.use(await start(scratch.path(""), [`--port=${port}`, "--store=jobs.db"]));
  const { code, stderr } = await other.exit();
  assertEquals(code, 1);
  assertMatch(stderr, /the store "jobs.db" to be free, got one that another server uses/);

  await first.program.kill("SIGKILL");
  await first.program.exit();
  const second = await served(t, scratch, ...flags);
  const worker = await second.connect();
  await worker.send(request("CAN_DO", "f"));
  await worker.send(request("GRAB_JOB_UNIQ"));
  assertEquals(await worker.next(), "JOB_ASSIGN_UNIQ H:s:1\\0f\\0u\\0w");
});

test("serve waits for a port in use, and says so", { timeout }, async (t) => {
  const scratch = t.use(new Scratch());
  const port = await host.freePort();
  const first = t.use(await JobServer.listen({ port }));
  const program = t.use(await start(scratch.path(""), [`--port=${port}`, "--log-file=log"]));
  const log = () =>
    existsSync(scratch.path("log")) ? readFileSync(scratch.path("log"), "utf8") : "";
  const peer = t.use(await connected(port, program));
  while (!log().includes("\n")) await peer.settle();
  assertMatch(
    log(),
    /^\S+ WARNING Expected ".*:\d+" to be free, it is in use: trying again for 20 s\n$/,
  );
  await first.close();
  const next = t.use(await connected(port, program));
  while (!log().includes("NOTICE Listening on")) await next.settle();
});

test("serve goes by the rules of --access", { timeout }, async (t) => {
  const scratch = t.use(new Scratch());
  const rules = [{ from: "127.0.0.0/8", submit: "mail:*", administer: "read" }];
  writeFileSync(scratch.path("rules.json"), JSON.stringify(rules));
  const { connect } = await served(t, scratch, "--access=rules.json", "--log-file=log");
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "mail:x", "", ""));
  await peer.send(request("SUBMIT_JOB_BG", "other", "", ""));
  await peer.send("drop function mail:x\r\n");
  const [created, refused, denied] = await peer.settle();
  assertMatch(created, /^JOB_CREATED /);
  assertMatch(refused, /^ERROR ACCESS_DENIED/);
  assertMatch(denied, /^ERR ACCESS_DENIED .*\+drop\\r\\n$/);
  const log = readFileSync(scratch.path("log"), "utf8");
  assertMatch(log, /WARNING Refused submitting to "other" to 127\.0\.0\.1:\d+\n/);
});

test(
  "serve keeps the limits, the results and the time zone that its flags say",
  { timeout },
  async (t) => {
    const scratch = t.use(new Scratch());
    const { connect } = await served(
      t,
      scratch,
      "--max-packet-bytes=2K",
      "--max-queued-bytes=9000",
      "--max-connections=4",
      // Time enough to fall asleep in.
      "--partial-timeout=3",
      "--idle-timeout=3",
      "--results-ttl=60",
      "--results-max-each=3",
      "--time-zone=Asia/Tokyo",
      "--job-handle-prefix=H:t",
    );
    // There is room once the server has heard that others have gone.
    const inside = async () => {
      for (;;) {
        const peer = await connect();
        if ((await peer.settle())[0] !== CLOSED) return peer;
      }
    };
    // Who sleeps is not idle.
    const sleeper = async () => {
      const peer = await inside();
      await peer.send(request("CAN_DO", "f"));
      await peer.send(request("PRE_SLEEP"));
      assertEquals(await peer.settle(), []);
      return peer;
    };
    const peer = await sleeper();
    const large = await connect();
    await large.send(request("ECHO_REQ", "x".repeat(2049)));
    const refusal = "Expected a body of at most 2048 bytes, got one of 2049";
    assertEquals(await large.next(), `ERROR ARGUMENT_TOO_LARGE\\0${refusal}`);
    assertEquals(await large.next(), CLOSED);
    const half = await inside();
    await half.send(request("ECHO_REQ", "x").subarray(0, 7));
    const idle = await inside();
    assertEquals([await half.next(), await idle.next()], [CLOSED, CLOSED]);

    const client = await sleeper();
    for (let i = 0; i < 2; i++) await sleeper();
    assertEquals(await (await connect()).next(), CLOSED);
    const submission = request("SUBMIT_JOB_BG", "g", "", "x".repeat(900));
    for (let i = 0; i < 12; i++) await client.send(submission);
    const answers = await client.settle();
    assertEquals(answers.at(-1), "ERROR QUEUE_ERROR\\0Job queue is full");
    await peer.send("cancel job H:t:1\n");
    await peer.send(request("SUBMIT_JOB", "geartrain:fate", "", "handle H:t:1"));
    const told = await peer.settle();
    assertMatch(told.at(-1)!, /\\0failed \d+\n?/);
  },
);
