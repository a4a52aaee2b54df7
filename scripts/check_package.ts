/**
 * Looks at the package as it would be published: versions that agree, what publint and
 * arethetypeswrong say of the tarball, what JSR would say, and how large programs get that use it.
 * Prints what it found, and fails when something is wrong.
 *
 *     node scripts/run.mjs scripts/check_package.ts
 *
 * @module
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { bundleSizes, sizeText } from "./bundle_sizes.ts";
import { readJson } from "./entries.ts";
import { buildNpm } from "./npm_package.ts";
import { pack } from "./pack.ts";
import { command, tail } from "./suite/command.ts";
import { runtimeProgram } from "./suite/plan.ts";

const troubles: string[] = [];

/** The version stands in package.json, and the others must follow. */
function checkVersions(): void {
  const { version } = readJson("package.json") as { version: string };
  const others = {
    "deno.json": (readJson("deno.json") as { version: string }).version,
    "src/server/version.ts": /VERSION = "(.*)"/.exec(
      readFileSync("src/server/version.ts", "utf8"),
    )?.[1],
    "CHANGELOG.md": /^## (\S+?),/m.exec(readFileSync("CHANGELOG.md", "utf8"))?.[1],
    "README.md": tarballVersion("README.md", version),
    "docs/cli.md": tarballVersion("docs/cli.md", version),
  };
  for (const [file, other] of Object.entries(others)) {
    if (other !== version) troubles.push(`${file}: expected version ${version}, got ${other}`);
  }
  console.log(`version ${version} in package.json, ${Object.keys(others).join(", ")}`);
}

/** The version in the names of the tarballs that a document tells of: of several, one that is wrong. */
function tarballVersion(file: string, version: string): string | undefined {
  const named = [...readFileSync(file, "utf8").matchAll(/\bgeartrain-(\d.*?)\.tgz/g)]
    .map(([, name]) => name);
  return named.find((name) => name !== version) ?? named[0];
}

/** Runs a tool, and says that it found nothing, or what it found. */
async function tool(name: string, program: string, args: readonly string[]): Promise<void> {
  const { stdout, stderr, trouble } = await command(program, args, { timeout: 120_000 });
  if (trouble === undefined) console.log(`${name}: nothing to say`);
  else troubles.push(`${name} ${trouble}\n${tail(stdout + stderr, 40)}`);
}

async function checkTarball(): Promise<void> {
  await buildNpm();
  const folder = `build/pack-${process.pid}`;
  try {
    const tarball = await pack(folder);
    const bin = (name: string, file: string) => join("node_modules", name, file);
    const node = process.execPath;
    await tool("publint", node, [bin("publint", "src/cli.js"), "run", tarball, "--strict"]);
    await tool("attw, profile esm-only", node, [
      bin("@arethetypeswrong/cli", "dist/index.js"),
      tarball,
      "--profile",
      "esm-only",
      "--format",
      "ascii",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

checkVersions();
await checkTarball();
await tool("deno publish --dry-run", runtimeProgram("deno"), [
  "publish",
  "--dry-run",
  "--allow-dirty",
  // The types have a check of their own; what remains here are those that JSR calls slow.
  "--no-check",
]);
for (const size of await bundleSizes()) {
  console.log(sizeText(size));
  if (size.bytes > size.limit) troubles.push(`Expected no more than that: ${sizeText(size)}`);
}
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length === 0 ? 0 : 1;
