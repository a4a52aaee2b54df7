/** docs/cli.md: its tour is run, and it tells of every command and flag. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { JobFailed, JobServer, Worker } from "../../mod.ts";
import { parseDocument } from "../../scripts/docs/blocks.ts";
import { checkWords, commandLines, geartrainsIn } from "../../scripts/docs/shell.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { CONNECTION } from "../../src/cli/connection.ts";
import { assert, assertEquals, assertStringIncludes, setting, test } from "../_harness/mod.ts";
import { ran } from "./fake_terminal.ts";

export const notOnWorkerd = "documents are files";

const document = readFileSync("docs/cli.md", "utf8");

const { blocks } = parseDocument("docs/cli.md", document);

/** The code of all blocks of a language. */
function codeIn(language: string): string[] {
  return blocks.filter((block) => block.language === language).map(({ code }) => code);
}

test("docs/cli.md has command lines for every command", () => {
  const lines = codeIn("sh").flatMap((code) => commandLines(code));
  const named = new Set(lines.flatMap((line) => geartrainsIn(line)).map(([name]) => name));
  assertEquals([...named].sort(), Object.keys(COMMANDS).sort());
});

test("the examples in the help of every command make sense", async () => {
  for (const name of Object.keys(COMMANDS)) {
    const { out } = await ran([name, "--help"]);
    const [, examples] = out.split("Examples:\n");
    const lines = examples.split("\n").filter((line) => /^ {2}[^# ]/.test(line));
    assert(lines.length > 0, name);
    for (const line of lines) {
      const geartrains = geartrainsIn(line.trim());
      assert(geartrains.length > 0, line);
      for (const words of geartrains) await checkWords(words);
    }
  }
});

test("docs/cli.md tells of every flag", async () => {
  const common = new Set([...CONNECTION.map(({ name }) => name), "json", "help"]);
  for (const name of common) assertStringIncludes(document, `\`--${name}`);
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (name === "serve") continue;
    const heading = new RegExp(`^## .*\\b${name}\\b.*\n([^]*?)(?=^## |$(?![^]))`, "m");
    const [, section] = heading.exec(document) ?? [];
    assert(section !== undefined, name);
    for (const { name: flag } of (await load()).flags) {
      // Those of submit are told of there.
      const where = name === "background" ? document : section;
      if (!common.has(flag)) assertStringIncludes(where, `--${flag}`);
    }
  }
});

test("docs/cli.md shows what the commands of its tour print", {
  on: ["node"],
  timeout: 180_000,
}, async (t) => {
  const server = t.use(await JobServer.listen({ handlePrefix: "H:host" }));
  const worker = t.use(new Worker({ servers: server.address }));
  worker.add("reverse", (job) => job.text().split("").reverse().join(""));
  worker.add("resize", (job) => {
    job.status(1, 2);
    job.status(2, 2);
    return `small ${job.text()}\n`;
  });
  worker.add("fail", () => {
    throw new JobFailed();
  });
  worker.start();
  const { port } = server.address as { port: number };
  const [tour] = codeIn("console");
  const shown = tour.split("\n").filter((line) => line !== "");
  const commands = shown.filter((line) => line.startsWith("$ "));
  const expected = shown.filter((line) => !line.startsWith("$ "));
  const printed = await inShell(
    // A result that is no line is one here, as at a prompt.
    commands.map((line) => `${line.slice(2)}; code=$?; mark; (exit $code)`).join("\n"),
    { GEARTRAIN_SERVERS: `127.0.0.1:${port}` },
  );
  const text = printed.replaceAll(`127.0.0.1:${port}`, "127.0.0.1:4730");
  assertEquals(text.split("\n").filter((line) => line !== ""), expected);
});

/** Runs a script in which `geartrain` is this package's. What it writes, errors included, in order. */
async function inShell(script: string, env: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  try {
    const bundle = resolve(setting("GEARTRAIN_NODE_BUNDLES")!, "test/cli/geartrain_fixture.mjs");
    const program = join(folder, "geartrain");
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bundle}' "$@"\n`);
    chmodSync(program, 0o755);
    const child = spawn("sh", ["-c", `exec 2>&1\nmark() { echo; }\n${script}`], {
      cwd: folder,
      env: { ...env, PATH: `${folder}:/usr/bin:/bin` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout!.setEncoding("utf8").on("data", (piece: string) => text += piece);
    await new Promise((resolve) => child.on("close", resolve));
    return text;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
