/**
 * Makes the npm package in `dist/`: code by esbuild, split so that every entry shares one copy
 * of each class, declarations by tsc, and the kernel as a file for workerd, which takes no other.
 * Does nothing when nothing has changed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
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
  // Beside the one in use, which others may be reading.
  const folder = `build/dist-${process.pid}`;
  await Promise.all([buildCode(folder), buildTypes(folder)]);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(folder, DIST);
  writeFileSync(STAMP, hash);
}

async function buildCode(folder: string): Promise<void> {
  await build({
    entryPoints: publicEntries().map(({ source }) => source),
    outdir: folder,
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
    plugins: [kernelFile(folder)],
    sourcemap: true,
    logLevel: "warning",
  });
}

/** Leaves imports of a `.wasm` file in place, and writes that file. */
function kernelFile(folder: string): Plugin {
  const placeholder = `kernel:${KERNEL_FILE}`;
  return {
    name: "kernel file",
    setup({ onResolve, onEnd }): void {
      let wanted = false;
      onResolve({ filter: /\.wasm$/ }, () => {
        wanted = true;
        return { path: placeholder, external: true };
      });
      onEnd(() => {
        if (!wanted) return;
        writeFileSync(join(folder, KERNEL_FILE), kernelBytes());
        // Only now is it known how deep the importing file lies.
        for (const file of filesOf(folder).filter((file) => file.endsWith(".js"))) {
          const code = readFileSync(file, "utf8");
          const path = posix.relative(
            posix.dirname(posixPath(file)),
            posixPath(join(folder, KERNEL_FILE)),
          );
          const resolved = code.replaceAll(placeholder, path.startsWith(".") ? path : `./${path}`);
          if (resolved !== code) writeFileSync(file, resolved);
        }
      });
    },
  };
}

function posixPath(path: string): string {
  return path.replaceAll("\\", "/");
}

async function buildTypes(folder: string): Promise<void> {
  const flags = [
    "--noEmit",
    "false",
    "--emitDeclarationOnly",
    "--rootDir",
    ".",
    "--outDir",
    folder,
  ];
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
