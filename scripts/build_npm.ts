/**
 * Builds the npm package into `dist/`: code by esbuild, split so that every entry shares one copy
 * of each class, declarations by tsc, and the kernel as a file for workerd, which takes no other.
 * Does nothing when nothing has changed.
 *
 *     node scripts/run.mjs scripts/build_npm.ts [--force]
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build, type Plugin } from "esbuild";
import { DIST, publicEntries } from "./entries.ts";
import { KERNEL_FILE, kernelBytes } from "./kernel.ts";
import { command } from "./suite/command.ts";

/** Where the last build's hash is kept, outside of what is published. */
const STAMP = "build/npm.stamp";

/** Files and folders that the build depends on. */
const SOURCES = ["mod.ts", "src", "types", "package.json", "deno.json", "tsconfig.json", "scripts"];

/** Builds what is not up to date. */
export async function buildNpm({ force = false } = {}): Promise<void> {
  const hash = hashOf(SOURCES);
  if (!force && existsSync(DIST) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) {
    return;
  }
  rmSync(DIST, { recursive: true, force: true });
  await Promise.all([buildCode(), buildTypes()]);
  mkdirSync("build", { recursive: true });
  writeFileSync(STAMP, hash);
}

async function buildCode(): Promise<void> {
  await build({
    entryPoints: publicEntries().map(({ source }) => source),
    outdir: DIST,
    outbase: ".",
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "neutral",
    // Node 20 has no `using`; and without top-level await the package can be required.
    target: "es2022",
    supported: { "top-level-await": false },
    external: ["node:*", "bun:*", "cloudflare:*"],
    plugins: [kernelFile],
    sourcemap: true,
    logLevel: "warning",
  });
}

/** Leaves imports of a `.wasm` file in place, and writes that file. */
const kernelFile: Plugin = {
  name: "kernel file",
  setup({ onResolve, onEnd }): void {
    let wanted = false;
    onResolve({ filter: /\.wasm$/ }, () => {
      wanted = true;
      return { path: `geartrain-kernel:${KERNEL_FILE}`, external: true };
    });
    onEnd(() => {
      if (!wanted) return;
      writeFileSync(join(DIST, KERNEL_FILE), kernelBytes());
      for (const file of filesOf(DIST).filter((file) => file.endsWith(".js"))) {
        const up = "../".repeat(file.split("/").length - 2) || "./";
        const code = readFileSync(file, "utf8");
        const resolved = code.replaceAll(`geartrain-kernel:${KERNEL_FILE}`, up + KERNEL_FILE);
        if (resolved !== code) writeFileSync(file, resolved);
      }
    });
  },
};

async function buildTypes(): Promise<void> {
  const flags = ["--noEmit", "false", "--emitDeclarationOnly", "--rootDir", ".", "--outDir", DIST];
  const compiler = join("node_modules", "typescript", "bin", "tsc");
  const { trouble, stdout, stderr } = await command(process.execPath, [compiler, ...flags]);
  if (trouble !== undefined) throw new Error(`tsc ${trouble}:\n${stdout}${stderr}`);
}

/** A hash over the files below these paths, names included. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.filter((path) => existsSync(path))) {
    for (const file of filesOf(path)) hash.update(file).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  try {
    return (readdirSync(path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}

if (process.argv[1]?.endsWith("build_npm.mjs")) {
  await buildNpm({ force: process.argv.includes("--force") });
}
