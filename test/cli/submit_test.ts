/** `geartrain submit`: workloads from everywhere, results, progress, and exit codes. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inOrder } from "../../src/cli/in_order.ts";
import { JobServer, Worker } from "../../mod.ts";
import { assertEquals, assertMatch, assertStringIncludes, test } from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { FakeTerminal, ran } from "./fake_terminal.ts";
import { everyWorker, KINDS } from "./job_servers.ts";
import { run } from "../../src/cli/run.ts";

export const notOnWorkerd = "the command line listens on a port";

/** Where Linux tells what this process has open. */
const OPEN_FILES = "/proc/self/fd";

for (const { name, skip, start } of KINDS) {
  test(`submit takes workloads from words, standard input, lines and NULs, on ${name}`, {
    skip,
  }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const submit = async (args: readonly string[], input?: string) => {
      const { code, out, err } = await ran(["submit", `--servers=${text}`, ...args], { input });
      assertEquals([code, err], [0, ""]);
      return out;
    };
    assertEquals(await submit(["reverse", "Hello!"]), "!olleH");
    assertEquals(await submit(["reverse", "abc", "def"]), "cba\nfed\n");
    assertEquals(await submit(["reverse", "--", "-x", "--y"]), "x-\ny--\n");
    assertEquals(await submit(["reverse", ""]), "");
    assertEquals(await submit(["reverse"], "a\nb\n"), "\nb\na");
    assertEquals(await submit(["reverse"]), "");
    assertEquals(await submit(["reverse", "-n"], "ab\n\ncd"), "ba\n\ndc\n");
    assertEquals(await submit(["reverse", "--lines"], ""), "");
    assertEquals(await submit(["reverse", "-0"], "a\nb\0cd\0"), "b\na\0dc\0");
    assertEquals(await submit(["reverse", "-n", "--in-flight=1"], "ab\ncd\nef\n"), "ba\ndc\nfe\n");
    assertEquals(await submit(["reverse", "-u", "cat", "-p", "high", "-t", "20s", "ab"]), "ba");
  });

  test(`submit ends a result with a newline at a terminal, on ${name}`, { skip }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const submit = async (...args: string[]) => {
      const { out } = await ran(["submit", "-s", text, ...args], {
        size: { columns: 80, rows: 24 },
      });
      return out;
    };
    assertEquals(await submit("reverse", "abc"), "cba\n");
    assertEquals(await submit("reverse", "\nabc"), "cba\n");
    assertEquals(await submit("reverse", ""), "");
    assertEquals(await submit("reverse", "ab", "cd"), "ba\ndc\n");
    assertEquals(await submit("reverse", "abc", "--json").then((out) => out.split("\n").length), 2);
  });

  test(`submit sends a file of any size, on ${name}`, { skip }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
    t.use({ close: () => rmSync(folder, { recursive: true }) });
    const file = join(folder, "big");
    writeFileSync(file, new Uint8Array(3_000_000));
    assertEquals((await ran(["submit", "-s", text, "count", "-f", file])).out, "3000000");
  });

  test(`submit ends with a code for each way in which a job can end, on ${name}`, {
    skip,
  }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const submit = (...args: string[]) => ran(["submit", "-s", text, ...args]);
    const failed = await submit("fail", "w");
    assertEquals([failed.code, failed.out], [10, ""]);
    assertMatch(failed.err, /^geartrain: Job "H:\S+" of function "fail" failed\n$/);
    const threw = await submit("boom", "w");
    assertEquals([threw.code, threw.out], [11, ""]);
    assertMatch(threw.err, /failed with an exception: "RangeError: too far"\n$/);
    const rude = await submit("rude", "w");
    assertMatch(rude.err, /with an exception: "Error: \u{fffd}\[2J\n {4}at home"\n$/u);
    // Too large to be sent from here: no server has refused it, and none was out of reach.
    const large = await submit("count", "x".repeat(3_000), "--max-packet-bytes=2K");
    assertEquals([large.code, large.out], [1, ""]);
    assertStringIncludes(large.err, "Expected a packet of at most 2048 bytes to send");
    assertStringIncludes(large.err, "or raise --max-packet-bytes, here and");
    const late = await submit("nobody", "w", "--timeout=20ms");
    assertEquals([late.code, late.out], [22, ""]);
    const many = await submit("boom", "a", "b");
    assertEquals([many.code, many.out], [11, ""]);
    assertMatch(many.err, /^geartrain: job 1: .*\ngeartrain: job 2: .*\n$/);
  });

  test(`submit tells of progress and warnings on standard error, on ${name}`, {
    skip,
  }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const args = ["submit", "-s", text, "steps", "w"];
    const plain = await ran(args);
    assertEquals(plain, {
      code: 0,
      out: "one,two",
      err: "geartrain: warning: half\u{fffd}[2J way\n",
    });
    const lines = await ran([...args, "--progress"]);
    assertEquals(lines.err, "1/2\ngeartrain: warning: half\u{fffd}[2J way\n2/2\n");
    const bar = await ran(args, { isWatched: true });
    assertStringIncludes(bar.err, "\r\x1b[K[###############---------------] 50%  1/2\r\x1b[K");
    assertStringIncludes(bar.err, "\r\x1b[K[##############################]100%  2/2\r\x1b[K");
    assertEquals((await ran([...args, "-q"], { isWatched: true })).err, "");
    const many = await ran([...args, "v"], { isWatched: true });
    assertStringIncludes(many.err, "[---------");
    assertStringIncludes(many.err, " 50%  1/2 jobs");
  });

  test(`submit --json gives a line for each job, on ${name}`, { skip }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const rows = async (...args: string[]) => {
      const { out } = await ran(["submit", "-s", text, "--json", ...args]);
      return out.trim().split("\n").map((line) => JSON.parse(line));
    };
    const [first, second] = await rows("steps", "a", "b");
    assertMatch(first.handle, /^H:/);
    assertEquals(first, {
      job: 0,
      function: "steps",
      handle: first.handle,
      state: "complete",
      result: "one,two",
    });
    assertEquals(second.job, 1);
    assertEquals((await rows("bytes"))[0].resultBase64, "AP8K");
    const [{ state, error }] = await rows("boom");
    assertEquals([state, error.code, error.outcome], ["failed", "EXCEPTION", "accepted"]);
  });
}

test("submit ends with 20 when no server can be reached, and with 2 for what makes no sense", async () => {
  const port = await host.freePort();
  const gone = await ran(["submit", "-s", `127.0.0.1:${port}`, "f", "w"]);
  assertEquals([gone.code, gone.out], [20, ""]);
  assertMatch(gone.err, /^geartrain: .*127\.0\.0\.1:\d+/);
  const told = await ran(["submit", "f", "w", "--json"], {
    env: { GEARTRAIN_SERVERS: `127.0.0.1:${port}` },
  });
  assertEquals([told.code, JSON.parse(told.out).error.code], [20, "REFUSED"]);
  for (
    const [args, message] of [
      [[], "Expected a FUNCTION, got none"],
      [["f", "--lines", "-0"], "Expected workloads from one place, got --lines and --null"],
      [["f", "w", "-n"], "Expected workloads from one place, got words and --lines"],
      [["f", "--file=/no/such"], "Expected --file to name a file that can be read, got "],
      [["f", "--timeout=3"], "Expected --timeout to be a time such as 500ms, 30s or 5m, got "],
      [["f", "--in-flight=0"], 'Expected --in-flight to be a whole number, 1 or more, got "0"'],
      [["f", "--max-packet-bytes=10"], "Expected --max-packet-bytes to be a size such as "],
      [["f", "-p", "top"], 'Expected --priority to be high or normal or low, got "top"'],
      [["f", "-s", "a:b:c"], "Expected a server such as "],
      [["f", "--tls-ca=/no/such"], "Expected --tls-ca to name a file that can be read, got "],
      [["f", "--tls-name=a"], "Expected a tls:// address in --servers with --tls-name, got none"],
      [["f", "--tls-key=mod.ts"], "Expected --tls-key to name a file of PEM with a private key "],
      [["f", "--unqiue=x"], "Expected a flag that is known, got --unqiue, did you mean --unique?"],
      [["", "w"], "Expected a function name"],
    ] as const
  ) {
    const { code, out, err } = await ran(["submit", ...args]);
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, `geartrain: ${message}`);
    assertEquals(err.split("\n").length, 2);
  }
});

test("submit that is refused leaves no file open", {
  // Deno wants every permission for it.
  on: ["bun", "node"],
  skip: process.platform === "linux" ? false : "the system does not tell of open files",
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  t.use({ close: () => rmSync(folder, { recursive: true }) });
  const file = join(folder, "workload");
  writeFileSync(file, "w");
  for (const args of [["", "-f", file], ["f", "-f", file, "-s", "a:b:c"]]) {
    assertEquals((await ran(["submit", ...args])).code, 2);
  }
  // What would have been opened before is open after this.
  await readFile(file);
  const open = readdirSync(OPEN_FILES).map((name) => {
    try {
      return readlinkSync(join(OPEN_FILES, name));
    } catch {
      // That of the list itself.
      return "";
    }
  });
  assertEquals(open.filter((path) => path.startsWith(folder)), []);
});

test("submit follows no more once it is interrupted", async (t) => {
  const server = t.use(await JobServer.listen());
  const terminal = new FakeTerminal();
  const { port } = server.address as { port: number };
  const worker = t.use(new Worker({ servers: server.address }));
  const arrived = new Promise<void>((resolve) => {
    worker.add("stuck", (job) => {
      resolve();
      return new Promise((_, reject) => job.signal.addEventListener("abort", reject));
    });
  });
  worker.start();
  t.use({ close: () => worker.close() });
  const code = run(["submit", "-s", `127.0.0.1:${port}`, "stuck", "w"], terminal);
  await arrived;
  terminal.end("SIGINT");
  assertEquals([await code, terminal.errors], [130, "geartrain: Interrupted by SIGINT\n"]);
});

test("submit writes the first result before the second workload has come", async (t) => {
  const server = t.use(await JobServer.listen());
  everyWorker(t, server.address);
  const { port } = server.address as { port: number };
  async function* typed(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("ab\n");
    await terminal.until(() => terminal.text === "ba\n");
    yield new TextEncoder().encode("cd\n");
  }
  const terminal = new FakeTerminal({ input: { [Symbol.asyncIterator]: typed } });
  assertEquals(await run(["submit", "-s", `127.0.0.1:${port}`, "-n", "reverse"], terminal), 0);
  assertEquals(terminal.text, "ba\ndc\n");
});

test("inOrder() begins no more than its limit ahead, and stops when nobody wants more", async () => {
  const begun: number[] = [];
  let end = () => {};
  const isOver = new Promise<void>((resolve) => end = resolve);
  async function* items() {
    try {
      for (let i = 0; i < 10; i++) yield await Promise.resolve(i);
    } finally {
      end();
    }
  }
  const given = inOrder(items(), 3, (item) => begun.push(item));
  await given.next();
  assertEquals(begun.length <= 4, true);
  await given.next();
  await given.return();
  await isOver;
  assertEquals(begun.length <= 5, true);
  async function* broken(): AsyncGenerator<number> {
    yield await Promise.resolve(1);
    throw new Error("no more");
  }
  const failing = inOrder(broken(), 3, (item) => item);
  await failing.next();
  assertEquals(await failing.next().catch(String), "Error: no more");
});
