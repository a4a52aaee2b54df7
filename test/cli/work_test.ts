/** `geartrain work`: a program for each job, its exit codes, its time, and how the command ends. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, JobException, JobFailed, JobServer } from "../../mod.ts";
import { run } from "../../src/cli/run.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  gearman,
  missing,
  startGearmand,
  startProgram,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { FakeTerminal, ran } from "./fake_terminal.ts";
import { KINDS, type ServerKind } from "./job_servers.ts";

export const notOnWorkerd = "there are no programs";

/** A command at work, and a client for its server. */
interface Working {
  readonly terminal: FakeTerminal;
  readonly client: Client;
  readonly code: Promise<number>;
}

async function working(
  t: TestContext,
  kind: ServerKind,
  ...args: readonly string[]
): Promise<Working> {
  const { address, text } = await kind.start(t);
  const terminal = new FakeTerminal({ env: { PATH: "/usr/bin:/bin", HOME: "/", MINE: "mine" } });
  const client = t.use(new Client({ servers: address }));
  const code = run(["work", "-s", text, ...args], terminal);
  // However the test ends, so must the command.
  t.use({
    close: async () => {
      terminal.end("SIGINT");
      terminal.end("SIGINT");
      await code;
    },
  });
  return { terminal, client, code };
}

for (const kind of KINDS) {
  const { name, skip } = kind;

  test(`work runs a program for each job, and drains at SIGTERM, on ${name}`, {
    skip,
  }, async (t) => {
    const { terminal, client, code } = await working(
      t,
      kind,
      "rot",
      "-c",
      "2",
      "--",
      "tr",
      "a",
      "b",
    );
    assertEquals(await client.submit("rot", "banana").text(), "bbnbnb");
    const many = await client.submitAll(
      Array.from({ length: 5 }, (_, i) => ({ functionName: "rot", workload: `a${i}` })),
    ).all();
    assertEquals(many.map((bytes) => new TextDecoder().decode(bytes)), [
      "b0",
      "b1",
      "b2",
      "b3",
      "b4",
    ]);
    terminal.end("SIGTERM");
    assertEquals(await code, 0);
    assertMatch(terminal.errors, /^geartrain: 127\.0\.0\.1:\d+ is up\n/);
    assertMatch(terminal.errors, /geartrain: rot H:\S+ complete after 0 ms\n/);
    assertMatch(terminal.errors, /geartrain: draining, 0 running\n$/);
    assertEquals(terminal.text, "");
  });

  test(`work lets a job end that runs at SIGINT, on ${name}`, { skip }, async (t) => {
    const script = "echo begun >&2; head -c 2";
    const { terminal, client, code } = await working(t, kind, "f", "--shell", "--", script);
    const task = client.submit("f", "result");
    await terminal.until(() => terminal.errors.includes("begun"));
    terminal.end("SIGINT");
    assertEquals([await task.text(), await code], ["re", 0]);
  });

  test(
    `work --exceptions fails a job whose program fails, and says why, on ${name}`,
    { skip },
    async (t) => {
      const { terminal, client } = await working(
        t,
        kind,
        "f",
        "--shell",
        "--exceptions",
        "-q",
        "--",
        "echo no room >&2; exit 3",
      );
      const error = await assertRejects(() => client.submit("f", "w").result(), JobException);
      assertStringIncludes(error.message, 'ProgramFailed: "sh" ended with code 3: no room');
      assertEquals(terminal.errors, "no room\n");
    },
  );
}

const [OURS] = KINDS;

test("work tells the program of its job, and keeps its environment", async (t) => {
  const script = 'printf %s "$GEARTRAIN_FUNCTION,$GEARTRAIN_HANDLE,$GEARTRAIN_UNIQUE,$MINE"';
  const { client } = await working(t, OURS, "f", "g", "--shell", "--", script);
  const task = client.submit("g", "w", { unique: "u" });
  assertEquals(await task.text(), `g,${task.handle},u,mine`);
});

test("work sends output as it comes with --stream, and all at the end without", async (t) => {
  const script = "printf one; read word; printf two";
  const { client } = await working(t, OURS, "f", "--stream", "--shell", "--", script);
  const task = client.submit("f", "w\n");
  const types: string[] = [];
  for await (const { type } of task) types.push(type);
  assertEquals([await task.text(), types.includes("data")], ["onetwo", true]);
});

test("work fails a job whose program fails, and says why to whoever runs it", async (t) => {
  const { terminal, client } = await working(t, OURS, "f", "--", "false");
  await assertRejects(() => client.submit("f", "w").result(), JobFailed);
  assertMatch(terminal.errors, /f H:\S+ failed after \d+ ms: "false" ended with code 1\n/);
});

test("work fails a job whose program does not start, and works on", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  t.use({ close: () => rmSync(folder, { recursive: true }) });
  const program = join(folder, "program");
  writeFileSync(program, "#!/no/such/interpreter\n");
  chmodSync(program, 0o755);
  const { terminal, client, code } = await working(t, OURS, "f", "--", program);
  await assertRejects(() => client.submit("f", "w").result(), JobFailed);
  await assertRejects(() => client.submit("f", "w").result(), JobFailed);
  terminal.end("SIGTERM");
  assertEquals(await code, 0);
  assertMatch(terminal.errors, /failed after \d+ ms: .*ENOENT/);
});

test("work and submit stand beside gearman(1), through gearmand", {
  skip: missing("gearmand", "gearman"),
}, async (t) => {
  const gearmand = t.use(await startGearmand());
  const { host, port } = gearmand.address;
  const kind = {
    ...OURS,
    start: () => Promise.resolve({ address: gearmand.address, text: `${host}:${port}` }),
  };
  const script = "if [ $GEARTRAIN_FUNCTION = broken ]; then exit 4; fi; tr a-z A-Z";
  await working(t, kind, "upper", "broken", "--shell", "--", script);
  const upper = await gearman(gearmand, ["-f", "upper"], "hello");
  assertEquals([upper.code, upper.stdout], [0, "HELLO"]);
  // It hears of the failure, and does not wait for ever, as it would for an exception.
  assertEquals((await gearman(gearmand, ["-f", "broken"], "w")).stdout, "");

  const args = ["-h", host, "-p", String(port), "-w", "-f", "rot", "tr", "a", "b"];
  t.use(await startProgram({ run: "gearman", args }));
  const { code, out } = await ran(["submit", "-s", `${host}:${port}`, "rot", "-n"], {
    input: "banana\ncan\n",
  });
  assertEquals([code, out], [0, "bbnbnb\ncbn\n"]);
});

test("work takes a workload that the program does not read, and a large result", async (t) => {
  const { client } = await working(t, OURS, "f", "--shell", "--", "head -c 300000 /dev/zero");
  const result = await client.submit("f", new Uint8Array(2_000_000)).result();
  assertEquals(result.length, 300_000);
});

test("work fails a job whose result is too large, and says so on both sides", async (t) => {
  const args = ["f", "g", "--max-packet-bytes=2K", "--exceptions", "--shell", "--"];
  const script = "[ $GEARTRAIN_FUNCTION = f ] && head -c 3000 /dev/zero || head -c 1900 /dev/zero";
  const { terminal, client } = await working(t, OURS, ...args, script);
  const error = await assertRejects(() => client.submit("f", "w").result(), JobException);
  const why = /Wrote 3000 bytes, more than the \d+ that --max-packet-bytes leaves for a result/;
  assertMatch(error.message, why);
  assertMatch(terminal.errors, /f H:\S+ failed after \d+ ms: Wrote 3000 bytes, more than/);
  assertEquals((await client.submit("g", "w").result()).length, 1_900);
});

test("work ends a program whose time is up, with all that it had started", async (t) => {
  const script = "sleep 1000 | cat";
  const { client, terminal } = await working(t, OURS, "f", "-t", "50ms", "--shell", "--", script);
  await assertRejects(() => client.submit("f", "w").result());
  // The pipe of the result is closed only when nobody is left to write to it.
  const line =
    /f H:\S+ given up after \d+ ms: Expected the end of job "H:\S+" within 50 ms, none came/;
  await terminal.until(() => line.test(terminal.errors));
});

test("work gives a job back whose time is up, with --on-timeout=requeue", async (t) => {
  const args = ["f", "-t", "50ms", "--on-timeout=requeue", "--", "sleep", "1000"];
  const { client, terminal } = await working(t, OURS, ...args);
  const { handle } = await client.background("f", "w");
  const line = `geartrain: f ${handle} given up after`;
  await terminal.until(() => terminal.errors.split(line).length > 2);
});

test("work ends its programs at the second signal, and gives their jobs back", async (t) => {
  const script = "echo begun >&2; sleep 1000 | cat";
  const { terminal, client, code } = await working(t, OURS, "f", "--shell", "--", script);
  const receipt = await client.background("f", "w");
  await terminal.until(() => terminal.errors.includes("begun"));
  terminal.end("SIGTERM");
  terminal.end("SIGTERM");
  assertEquals(await code, 143);
  assertStringIncludes(terminal.errors, "geartrain: draining, 1 running\n");
  // The server hears of the worker's end on another connection than that of the question.
  while ((await client.status(receipt)).isRunning) t.signal.throwIfAborted();
  assertEquals((await client.status(receipt)).isKnown, true);
});

test("work ends by itself after --count jobs", async (t) => {
  const { client, code } = await working(t, OURS, "f", "--count=2", "--", "cat");
  const tasks = ["a", "b"].map((workload) => client.submit("f", workload));
  assertEquals(await Promise.all(tasks.map((task) => task.text())), ["a", "b"]);
  assertEquals(await code, 0);
});

test("work --json says what it does in lines of JSON", async (t) => {
  const { terminal, client, code } = await working(t, OURS, "f", "--json", "--", "cat");
  const task = client.submit("f", "w");
  await task.result();
  terminal.end("SIGTERM");
  await code;
  const rows = terminal.errors.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ state }) => state), ["up", "complete", "draining"]);
  assertEquals([rows[1].function, rows[1].handle], ["f", task.handle]);
});

test("work dials a server that is not there yet, and says that it is down", async (t) => {
  const port = await host.freePort();
  const terminal = new FakeTerminal();
  const code = run(["work", "f", "-s", `127.0.0.1:${port}`, "--", "cat"], terminal);
  await terminal.until(() => terminal.errors.includes(`127.0.0.1:${port} is down: `));
  t.use(await JobServer.listen({ port }));
  await terminal.until(() => terminal.errors.includes(`127.0.0.1:${port} is up`));
  terminal.end("SIGTERM");
  assertEquals(await code, 0);
});

const WRONG: readonly [args: readonly string[], message: string][] = [
  [[], "Expected a FUNCTION, got none"],
  [["f"], 'Expected "-- PROGRAM" after the functions, got none'],
  [["f", "--"], 'Expected "-- PROGRAM" after the functions, got none'],
  [["f", "-c", "0", "--", "cat"], "Expected --concurrency to be a whole number, 1 or more"],
  [["f", "-t", "5", "--", "cat"], "Expected --timeout to be a time such as 500ms, 30s or 5m"],
  [["f", "--on-timeout=retry", "--", "cat"], 'Expected onTimeout to be "fail" or "requeue"'],
  [["f", "--id=", "--", "cat"], "Expected "],
  [
    ["f", "--", "no-such-program"],
    'Expected a program that can be run, got "no-such-program": no folder of PATH has it\n',
  ],
  [["f", "--", "/no/such/program"], "Expected a program that can be run, got"],
  [["f", "--", "./README.md"], 'Expected a program that can be run, got "./README.md"'],
  [["f", "--", "tr a b"], 'Expected a program that can be run, got "tr a b": no folder of PATH'],
  [
    ["f", "--", "/bin/tr a"],
    'Expected a program that can be run, got "/bin/tr a": there is none; --shell',
  ],
];
for (const [args, message] of WRONG) {
  test(`work refuses ${args.join(" ") || "nothing"}`, async () => {
    const { code, out, err } = await ran(["work", ...args], { env: { PATH: "/usr/bin:/bin" } });
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, `geartrain: ${message}`);
  });
}
