/** What `geartrain serve` makes of its flags, and that docs/server.md tells of each. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { serve } from "../../src/cli/commands/serve.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { readFlags, type ServeSettings, settingsOf } from "../../src/cli/serve_settings.ts";
import { assertEquals, assertMatch, assertThrows, test } from "../_harness/mod.ts";
import { Scratch } from "../server/scratch.ts";
import { CA, CLIENT_KEY, SERVER_CERT, SERVER_KEY } from "../sockets/certificates.ts";
import { FakeTerminal } from "./fake_terminal.ts";

export const notOnWorkerd = "the command line reads files";

function settings(args: readonly string[], env: Record<string, string> = {}): ServeSettings {
  return settingsOf(readFlags(args, env));
}

/** Runs the command with these flags, as far as it goes without a server. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = new FakeTerminal();
  const code = await serve.run(args, terminal);
  return { code, out: terminal.text, err: terminal.errors };
}

/** Why the command does not run with these flags: with the code that gearmand's test programs expect. */
async function refusal(...args: string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  assertEquals([code, out], [1, ""]);
  return err.replace(/^geartrain: ([^]*)\n$/, "$1");
}

test("serve listens on localhost and gearmand's port by default, and keeps nothing", () => {
  const { handlePrefix, ...rest } = settings([]);
  assertMatch(handlePrefix, /^H:[\x21-\x7e]{1,50}$/);
  assertEquals(rest, {
    hosts: ["localhost"],
    port: 4730,
    paths: [],
    bindTimeout: 20,
    access: undefined,
    tls: undefined,
    store: undefined,
    results: undefined,
    timeZone: undefined,
    jobRetries: 0,
    workerWakeup: 0,
    roundRobin: false,
    exceptions: false,
    maxPacketBytes: undefined,
    maxWaitingBytes: undefined,
    maxQueuedBytes: undefined,
    maxConnections: undefined,
    idleTimeout: undefined,
    partialTimeout: undefined,
    obeysShutdown: false,
    logFile: "stderr",
    level: "NOTICE",
    pidFile: undefined,
    user: undefined,
    ignored: [],
    refused: [],
  });
});

test("serve takes the command line before the environment before a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  try {
    const file = join(folder, "serve.conf");
    writeFileSync(file, "--port 1 --job-retries 1 --worker-wakeup 1 # all ones\n--listen a");
    const env = { GEARTRAIN_PORT: "2", GEARTRAIN_JOB_RETRIES: "2", GEARTRAIN_CONFIG_FILE: file };
    const { port, jobRetries, workerWakeup, hosts } = settings(["-p3"], env);
    assertEquals([port, jobRetries, workerWakeup, hosts], [3, 2, 1, ["a"]]);
    writeFileSync(file, `--config-file=${file}`);
    assertThrows(() => settings([], env), UsageError, "Expected no --config-file in");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("serve reads gearmand's variables, behind its own", () => {
  const env = {
    GEARMAND_PORT: "5",
    GEARMAND_SERVER_PEM: "a.pem",
    GEARMAND_SERVER_KEY: "a.key",
    GEARMAND_CA_CERTIFICATE: "ca.pem",
  };
  const { port, tls } = settings(["--ssl"], env);
  assertEquals([port, tls], [5, { cert: "a.pem", key: "a.key", ca: "ca.pem" }]);
  assertEquals(settings([], { ...env, GEARTRAIN_PORT: "6" }).port, 6);
  // Clients have variables of these names, too.
  assertEquals([settings([], env).tls, settings([], env).refused], [undefined, []]);
});

test("serve keeps jobs where --store says, or gearmand's flags for SQLite", () => {
  const store = { path: "a.db", synchronous: "full", maxBytes: undefined };
  assertEquals(settings(["--store=a.db"]).store, store as ServeSettings["store"]);
  const sqlite = ["-q", "libsqlite3", "--libsqlite3-db=a.db"];
  assertEquals(settings(sqlite).store, store as ServeSettings["store"]);
  const { store: none, ignored } = settings(["--libsqlite3-db=a.db"]);
  assertEquals([none, ignored], [
    undefined,
    ["--libsqlite3-db: give --queue-type=libsqlite3, or --store"],
  ]);
  const limited = ["--store=a.db", "--store-synchronous=normal", "--store-max-bytes=1M"];
  assertEquals(settings(limited).store, {
    path: "a.db",
    synchronous: "normal",
    maxBytes: 1_048_576,
  });
});

test("serve takes limits, results and the time zone from flags, variables and a file", () => {
  const scratch = new Scratch();
  try {
    const file = scratch.path("serve.conf");
    writeFileSync(file, "--max-connections 5\n--partial-timeout=3 --results-max-each 9");
    const env = {
      GEARTRAIN_CONFIG_FILE: file,
      GEARTRAIN_IDLE_TIMEOUT: "60",
      GEARTRAIN_RESULTS_TTL: "1",
      GEARTRAIN_TIME_ZONE: "UTC",
    };
    const args = ["--max-queued-bytes=10k", "--results-ttl=3600", "--results-max-bytes=5000"];
    const { maxConnections, maxQueuedBytes, idleTimeout, partialTimeout, results, timeZone } =
      settings(args, env);
    assertEquals([maxConnections, maxQueuedBytes, idleTimeout, partialTimeout, timeZone], [
      5,
      10_240,
      60_000,
      3_000,
      "UTC",
    ]);
    assertEquals(results, { ttl: 3_600_000, maxBytes: 5000, maxResultBytes: 9 });
  } finally {
    scratch[Symbol.dispose]();
  }
});

const WRONG: readonly [args: string[], message: RegExp][] = [
  [["--port=65536"], /^Expected --port from 0 to 65535, got "65536"$/],
  [["--port=http"], /^Expected --port from 0 to 65535, got "http"$/],
  [["--listen="], /^Expected --listen with an address, got ""$/],
  [["--unix", ""], /^Expected --unix with an address, got ""$/],
  [["--job-retries=-1"], /^Expected --job-retries to be a whole number, 0 or more, got "-1"$/],
  [["--worker-wakeup=x"], /^Expected --worker-wakeup to be a whole number/],
  [["--verbose=BAD"], /^Expected --verbose to be one of FATAL, ALERT, .* DEBUG, got "BAD"$/],
  [["--job-handle-prefix=a b"], /^Expected --job-handle-prefix of 1 to 52 ASCII characters/],
  [["--config-file=/no/such"], /^Expected --config-file to name a file that can be read, got /],
  [["--config-file"], /^Expected --config-file FILE, got no value$/],
  [["--ssl"], /--ssl: give --ssl-certificate and --ssl-key, too$/],
  [["--ssl-ca-file=ca.pem"], /got --ssl-ca-file: give --ssl, too$/],
  [["--pid-file=/no/such/pid"], /got --pid-file: ENOENT/],
  [["--pid-file=/"], /got --pid-file: /],
  [["--user=no-such"], /got --user: this machine has no user "no-such"$/],
  [["-q", "libsqlite3"], /^Expected --libsqlite3-db with --queue-type=libsqlite3, got none$/],
  [["--store="], /^Expected --store to name a file, got ""$/],
  [["--store=a", "--store-synchronous=off"], /to be full or normal, got "off"$/],
  [["--store-max-bytes=1M"], /^Expected --store with --store-max-bytes, got none$/],
  [["--results-ttl=0"], /^Expected --results-ttl to be a number of seconds, 1 or more, got "0"$/],
  [["--idle-timeout=x"], /^Expected --idle-timeout to be a whole number, 0 or more, got "x"$/],
  [
    ["--max-packet-bytes=10"],
    /^Expected --max-packet-bytes .* 64K or 10M from 2K to 1G, got "10"$/,
  ],
  [["--max-packet-bytes=2G"], / from 2K to 1G, got "2G"$/],
  [["--max-waiting-bytes=1"], /^Expected --max-waiting-bytes .*, 2K or more, got "1"$/],
  [["--max-queued-bytes=9T"], /^Expected --max-queued-bytes .*, 2K or more, got "9T"$/],
  [
    ["--max-connections=0"],
    /^Expected --max-connections to be a whole number, 1 or more, got "0"$/,
  ],
  [["--store=a", "--store-max-bytes=1K"], /^Expected --store-max-bytes .*, 64K or more, got "1K"$/],
  [["--results-max-each=1"], /^Expected --results-ttl with the limits of results, got none$/],
  [["--time-zone=Mars"], /^Expected --time-zone to be one, for instance .*, got "Mars"$/],
  [["--daemon"], /^Expected flags that can be honoured, got --daemon: the server stays in /],
  [["--queue-type=redis"], /got --queue-type=redis: use --store, a file$/],
  [["--protocol=http", "--http-port=8080"], /--protocol: the server .*; --http-port: the server /],
];
for (const [args, message] of WRONG) {
  test(`serve refuses ${args.join(" ")}`, async () => {
    assertMatch(await refusal(...args), message);
  });
}

/** A value that makes sense for each kind of value. */
const SENSE: Readonly<Record<string, string>> = {
  N: "10",
  SIZE: "64K",
  MODE: "full",
  LEVEL: "DEBUG",
  S: "3",
  NAME: "UTC",
};

/** Files of a sort that flags may ask for, in a folder. */
function filesIn(scratch: Scratch): Readonly<Record<string, string>> {
  const texts = {
    access: "[]",
    "ssl-certificate": SERVER_CERT,
    "ssl-key": SERVER_KEY,
    "ssl-ca-file": CA,
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      writeFileSync(scratch.path(name), text);
      return [name, scratch.path(name)];
    }),
  );
}

test("serve --check-args takes each flag, and says what it would not honour", async (t) => {
  const values: Record<string, string> = {
    ...filesIn(t.use(new Scratch())),
    user: `${process.getuid?.()}`,
  };
  const args = SERVE_FLAGS
    .filter(({ name }) => !["help", "version", "config-file", "queue-type"].includes(name))
    .map(({ name, value }) =>
      value === undefined ? `--${name}` : `--${name}=${values[name] ?? SENSE[value] ?? "x"}`
    );
  const { code, out, err } = await run(...args);
  assertEquals([code, out], [0, ""]);
  const named = err.trim().split("\n").map((line) =>
    /^(Refused at start|Ignored): --([^:]+): ./.exec(line)?.[2]
  );
  const expected = SERVE_FLAGS
    .filter(({ name, treatment }) => treatment !== "honoured" || name === "libsqlite3-db")
    .map(({ name }) => name);
  assertEquals(named.sort(), expected.sort());
});

test("serve --check-args reads what is to be read at start, and names the flag that has it wrong", async (t) => {
  const scratch = t.use(new Scratch());
  const { access, ...files } = filesIn(scratch);
  const [cert, key] = [files["ssl-certificate"], files["ssl-key"]];
  const tls = (cert: string, key: string, ...more: string[]) => [
    "--ssl",
    `--ssl-certificate=${cert}`,
    `--ssl-key=${key}`,
    ...more,
  ];
  assertEquals(await run("--check-args", ...tls(cert, key, `--access=${access}`)), {
    code: 0,
    out: "",
    err: "",
  });
  writeFileSync(scratch.path("other"), CLIENT_KEY);
  writeFileSync(scratch.path("locked"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
  writeFileSync(scratch.path("named"), '[{ "certificate": "a" }]');
  writeFileSync(scratch.path("broken"), "[");
  writeFileSync(scratch.path("misspelt"), '[{ "form": "unix" }]');
  const cases: readonly [args: string[], message: RegExp][] = [
    [tls(key, cert), /^Expected --ssl-certificate .* PEM with a certificate, got .* PRIVATE KEY$/],
    [tls(cert, cert), /^Expected --ssl-key .* PEM with a private key .*, got .* CERTIFICATE$/],
    [tls(cert, scratch.path("other")), /^Expected --ssl-certificate and --ssl-key to belong /],
    [tls(cert, scratch.path("locked")), /with ENCRYPTED PRIVATE KEY$/],
    [tls(cert, key, `--ssl-ca-file=${access}`), /^Expected --ssl-ca-file .* with no PEM$/],
    [tls(cert, key, `--access=${scratch.path("named")}`), /^Expected --ssl-ca-file for rules by/],
    [[`--access=${scratch.path("broken")}`], /^Expected --access to name a file of rules: /],
    [[`--access=${scratch.path("misspelt")}`], /Expected rule 1 to have from, .*, got "form"$/],
    [["--access=/no/such"], /^Expected --access to name a file that can be read, got ENOENT/],
  ];
  for (const [args, message] of cases) {
    assertMatch(await refusal("--check-args", ...args), message);
  }
  const { code, err } = await run("--check-args", "--pid-file=/no/such/pid", "--user=no-such");
  assertEquals(code, 0);
  assertMatch(err, /^Refused at start: --pid-file: .*\nRefused at start: --user: .*\n$/);
});

test("serve --help tells of every flag, and --version the version", async () => {
  const { code, out } = await run("--help");
  assertEquals(code, 0);
  for (const { name } of SERVE_FLAGS) assertMatch(out, new RegExp(`--${name}\\b`));
  assertMatch((await run("-V")).out, /^geartrain \d+\.\d+\.\d+\n$/);
});

test("docs/server.md tells of every flag, and what becomes of it", () => {
  const document = readFileSync("docs/server.md", "utf8");
  for (const { name, treatment } of SERVE_FLAGS) {
    assertMatch(document, new RegExp(`^\\| .--${name}[\` ][^|]*\\| ${treatment} +\\|`, "m"));
  }
});
