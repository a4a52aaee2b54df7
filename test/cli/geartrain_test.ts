/**
 * The command line as a whole: its help, what it says of commands that nobody knows, bench,
 * completions; and as a program on each runtime.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { COMMANDS } from "../../src/cli/commands.ts";
import { useful } from "../../src/cli/flags.ts";
import { run } from "../../src/cli/run.ts";
import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  runProgram,
  startProgram,
  test,
} from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { FakeTerminal, ran } from "./fake_terminal.ts";
import { everyWorker, KINDS } from "./job_servers.ts";

export const notOnWorkerd = "the command line listens on a port";

const NAMES = Object.keys(COMMANDS);

test("geartrain lists its commands, and fails when it was given none", async () => {
  const help = await ran(["--help"]);
  assertEquals([help.code, help.err], [0, ""]);
  for (const name of NAMES) assertMatch(help.out, new RegExp(`^  ${name} +\\S`, "m"));
  assertEquals(await ran(["help"]), help);
  assertEquals(await ran([]), { code: 2, out: "", err: help.out });
  assertMatch((await ran(["--version"])).out, /^geartrain \d+\.\d+\.\d+\n$/);
});

test("geartrain lists the commands for one that nobody knows, and names the nearest", async () => {
  assertEquals(await ran(["sumbit"]), {
    code: 2,
    out: "",
    err: 'geartrain: Expected a command, got "sumbit", did you mean submit?\n' +
      `The commands are ${NAMES.join(", ")}.\n`,
  });
  assertMatch((await ran(["xyzzy"])).err, /got "xyzzy"\nThe commands are /);
  assertMatch((await ran(["constructor"])).err, /got "constructor"\nThe commands are /);
});

for (const name of NAMES) {
  test(`geartrain ${name} --help tells of every flag, with examples`, async () => {
    const { code, out, err } = await ran([name, "--help"]);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, new RegExp(`^Usage: geartrain ${name} `));
    const { flags } = await COMMANDS[name]();
    for (const { name: flag } of flags) assertMatch(out, new RegExp(`--${flag}\\b`));
    const [body, examples] = out.split("\nExamples:\n");
    assertStringIncludes(examples, `geartrain ${name}`);
    for (const line of body.split("\n")) assertEquals(line.length <= 80, true, line);
    assertEquals((await ran(["help", name])).out, out);
    assertEquals((await ran([name, "--hlep"])).code, name === "serve" ? 1 : 2);
  });
}

for (const { name, skip, start } of KINDS) {
  test(`bench measures every scenario, on ${name}`, { skip }, async (t) => {
    const { text } = await start(t);
    // A clock of its own, for the figures of a loaded machine are worth nothing.
    const terminal = new FakeTerminal();
    const args = ["bench", "-s", text, "-n", "20", "--size=10", "--in-flight=4", "--json"];
    const code = await run(args, terminal);
    const rows = terminal.text.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(code, 0);
    assertEquals(rows.map(({ scenario }) => scenario), ["ping", "foreground", "background"]);
    assertEquals(rows.map(({ jobs, size, inFlight }) => [jobs, size, inFlight]), [
      [20, 10, 4],
      [20, 10, 4],
      [20, 10, 4],
    ]);
    const one = await ran(["bench", "-s", text, "-n", "5", "--scenario=foreground"]);
    assertMatch(one.out, /^127\S+: 5 jobs of 100 bytes, 64 in flight\n\nSCENARIO +JOBS\/S +P50 /);
    // No job of it is left behind.
    const left = await ran(["status", "-s", text, "--json"]);
    for (const line of left.out.trim().split("\n").filter((line) => line !== "")) {
      assertEquals([JSON.parse(line).queued, JSON.parse(line).running], [0, 0]);
    }
  });
}

test("bench refuses what makes no sense, and ends with 20 where nobody answers", async () => {
  const wrong = await ran(["bench", "--scenario=all"]);
  assertEquals([wrong.code, wrong.err], [
    2,
    'geartrain: Expected --scenario to be ping or foreground or background, got "all"\n',
  ]);
  const gone = `127.0.0.1:${await host.freePort()}`;
  assertEquals((await ran(["bench", "-s", gone])).code, 20);
});

/** Whether this machine has a shell, for those that few machines have. */
function without(shell: string): string | false {
  return spawnSync(shell, ["-c", "true"]).status === 0 ? false : `no ${shell} on this machine`;
}

/** Runs a shell in a folder where the completion script is named `script`. */
async function inShell(shell: string, commands: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  try {
    const { code, out } = await ran(["completions", shell]);
    assertEquals(code, 0);
    writeFileSync(join(folder, "script"), out);
    const { status, stdout, stderr } = spawnSync(shell, ["-c", commands], {
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", HOME: folder },
      encoding: "utf8",
    });
    assertEquals([status, stderr], [0, ""]);
    return stdout.trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("completions bash completes commands, flags, and files for flags that take one", {
  skip: without("bash"),
}, async () => {
  const complete = (...words: string[]) =>
    inShell(
      "bash",
      `source ./script
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
      _geartrain
      printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  assertEquals(await complete("geartrain", "wo"), ["work", "workers"]);
  assertEquals(await complete("geartrain", "submit", "--ti"), ["--timeout"]);
  assertEquals(await complete("geartrain", "submit", "-f", "scr"), ["script"]);
  assertEquals(await complete("geartrain", "submit", "-p", "scr"), [""]);
  assertEquals(await complete("geartrain", "serve", "--libpq"), [""]);
  assertEquals(await complete("geartrain", "help", "max"), ["maxqueue"]);
});

test("completions fish completes commands and flags", { skip: without("fish") }, async () => {
  const complete = async (line: string) => {
    const lines = await inShell("fish", `source ./script; complete -C '${line}'`);
    return lines.map((line) => line.split("\t")[0]);
  };
  assertEquals(await complete("geartrain wo"), ["work", "workers"]);
  assertEquals(await complete("geartrain submit --ti"), ["--timeout"]);
  assertEquals(await complete("geartrain help max"), ["maxqueue"]);
});

test("completions zsh is a script that zsh takes, with every command and flag", {
  skip: without("zsh"),
}, async () => {
  assertEquals(await inShell("zsh", "zsh -n ./script && echo good"), ["good"]);
});

test("completions names every command and every flag that is of use", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { out } = await ran(["completions", shell]);
    for (const name of NAMES) {
      assertMatch(out, new RegExp(`\\b${name}\\b`));
      for (const { name: flag } of useful((await COMMANDS[name]()).flags)) {
        assertMatch(out, new RegExp(`(--|-l )${flag}\\b`));
      }
    }
  }
  const { code, err } = await ran(["completions", "csh"]);
  assertEquals([code, err], [
    2,
    'geartrain: Expected SHELL to be bash or zsh or fish, got "csh"\n',
  ]);
});

const PROGRAM = "test/cli/geartrain_fixture.ts";

test("geartrain is a program: standard input, output, errors and exit codes", {
  timeout: 180_000,
}, async (t) => {
  const { address, text } = await KINDS[0].start(t);
  everyWorker(t, address);
  const program = (args: string[], input = "") => runProgram({ run: PROGRAM, args }, input);
  const done = await program(["submit", "-s", text, "reverse", "--lines"], "ab\ncd\n");
  assertEquals([done.code, done.stdout, done.stderr], [0, "ba\ndc\n", ""]);
  const big = await program(["submit", "-s", text, "reverse"], "x".repeat(1_000_000) + "y");
  assertEquals([big.code, big.stdout.length, big.stdout[0]], [0, 1_000_001, "y"]);
  const failed = await program(["submit", "-s", text, "fail", "w"]);
  assertEquals([failed.code, failed.stdout], [10, ""]);
  const wrong = await program(["sumbit"]);
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(wrong.stderr, "did you mean submit?");
});

test("geartrain is bundled by bun build, which --compile begins with", {
  on: ["bun"],
  timeout: 180_000,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  t.use({ close: () => rmSync(folder, { recursive: true }) });
  const bun = (...args: string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });
  const file = join(folder, "geartrain.js");
  const built = bun("build", "--target=bun", "src/cli/main.ts", `--outfile=${file}`);
  assertEquals([built.status, built.status === 0 ? "" : built.stderr], [0, ""]);
  assertMatch(bun(file, "--version").stdout, /^geartrain \d/);
});

test("geartrain work is a program that drains at SIGTERM", { timeout: 180_000 }, async (t) => {
  const { text } = await KINDS[0].start(t);
  const worker = t.use(
    await startProgram({
      run: PROGRAM,
      args: ["work", "-s", text, "slow", "--shell", "--", "echo begun >&2; head -c 2"],
    }),
  );
  assertMatch(await worker.errorLine() ?? "", /is up$/);
  const result = ran(["submit", "-s", text, "slow", "done"]);
  assertEquals(await worker.errorLine(), "begun");
  await worker.kill("SIGTERM");
  assertEquals((await result).out, "do");
  assertEquals((await worker.exit()).code, 0);
});

test("geartrain follows no more at SIGINT, and ends with 130", { timeout: 180_000 }, async (t) => {
  const { text } = await KINDS[0].start(t);
  const worker = t.use(
    await startProgram({
      run: PROGRAM,
      args: ["work", "-s", text, "slow", "--", "sleep", "1000"],
    }),
  );
  await worker.errorLine();
  const client = t.use(
    await startProgram({ run: PROGRAM, args: ["submit", "-s", text, "slow", "w", "--progress"] }),
  );
  const running = async () => {
    const { out } = await ran(["status", "-s", text, "slow", "--json"]);
    return out !== "" && JSON.parse(out).running === 1;
  };
  while (!await running());
  await client.kill("SIGINT");
  const { code, stderr } = await client.exit();
  assertEquals([code, stderr], [130, "geartrain: Interrupted by SIGINT\n"]);
  await worker.kill("SIGINT");
  // A system may make one of two signals that come at once.
  assertMatch(await worker.errorLine() ?? "", /draining, 1 running$/);
  await worker.kill("SIGINT");
  assertEquals((await worker.exit()).code, 130);
});
