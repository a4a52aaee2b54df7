/** The packed package in an empty folder: it installs without a registry, is imported, required, and run. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assertEquals, runtime, test } from "../_harness/mod.ts";

export const notOnWorkerd = "nothing is installed there";

const ON = { on: ["deno", "bun", "node"], timeout: 300_000, skip: withoutNpm() } as const;

function withoutNpm(): string | false {
  return spawnSync("npm", ["--version"]).status === 0 ? false : "no npm on this machine";
}

/** Runs a program to its end, and gives what it printed. */
function printed(program: string, args: readonly string[], folder: string, home = folder): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    cwd: folder,
    encoding: "utf8",
    // What started this test is no concern of an empty folder.
    env: { PATH: process.env.PATH, HOME: home, DENO_NO_UPDATE_CHECK: "1" },
  });
  assertEquals([status, status === 0 ? "" : stderr], [0, ""], `${program} ${args.join(" ")}`);
  return stdout;
}

/** What runs a file on the runtime of the test. */
function runs(file: string): readonly string[] {
  return runtime.name === "deno" ? ["run", "-A", "--quiet", file] : [file];
}

const { version, exports } = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  exports: Record<string, unknown>;
};

/** Every export that can be imported here without running. */
const ENTRIES = Object.keys(exports).filter((name) =>
  !name.endsWith("workerd") && !["./cli", "./package.json"].includes(name)
);

/** The root with a job, and every other export by what it has. */
function program(name: string): string {
  const others = ENTRIES.filter((entry) => entry !== ".").map((entry) => entry.slice(1));
  return `
import { Client, JobServer, Worker } from "${name}";
${others.map((entry, i) => `import * as entry${i} from "${name}${entry}";`).join("\n")}
import { JobServer as TheSame } from "${name}/server";

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });
worker.add("reverse", (job) => job.text().split("").reverse().join(""));
worker.start();
const client = new Client({ servers: server.address });
console.log(await client.submit("reverse", "Hello!").text());
await client.close();
await worker.drain();
await server.close();
const counts = [${others.map((_, i) => `Object.keys(entry${i}).length`).join(", ")}];
console.log(counts.every((count) => count > 0), JobServer === TheSame);
`;
}

test(`the tarball installs in an empty folder, and runs there, on ${runtime.name}`, ON, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-"));
  t.use({ close: () => rmSync(folder, { recursive: true }) });
  const user = join(folder, "user");
  mkdirSync(user);
  // npm keeps a cache at home: that must not be here.
  printed("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], process.cwd(), folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  const place = join("..", tarball!);
  const flags = ["--offline", "--no-audit", "--no-fund", "--loglevel=error"];
  // On Bun as its users would, everywhere else by npm.
  if (runtime.name === "bun") printed(process.execPath, ["add", place], user);
  else printed("npm", ["install", ...flags, place], user);
  const { dependencies } = JSON.parse(
    readFileSync(join(user, "node_modules", "geartrain", "package.json"), "utf8"),
  );
  assertEquals(dependencies, undefined);

  writeFileSync(join(user, "app.mjs"), program("geartrain"));
  assertEquals(printed(process.execPath, runs("app.mjs"), user), "!olleH\ntrue true\n");
  if (runtime.name === "deno") {
    writeFileSync(join(user, "npm.mjs"), program(`npm:geartrain@${version}`));
    assertEquals(printed(process.execPath, runs("npm.mjs"), user), "!olleH\ntrue true\n");
  }
  if (runtime.name === "node") {
    const code = `const { Client } = require("geartrain"); console.log(typeof Client);`;
    writeFileSync(join(user, "app.cjs"), code);
    assertEquals(printed(process.execPath, ["app.cjs"], user), "function\n");
  }
  const command = join("node_modules", "geartrain", "dist", "src", "cli", "main.js");
  assertEquals(
    printed(process.execPath, [...runs(command), "--version"], user),
    `geartrain ${version}\n`,
  );
  if (runtime.name === "node") {
    const bin = join("node_modules", ".bin", "geartrain");
    assertEquals(printed(bin, ["--version"], user), `geartrain ${version}\n`);
  }
});
