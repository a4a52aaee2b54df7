/**
 * Bundles tests for the runtimes that take no TypeScript. Imports of the public entries go to the
 * built package, so that what is tested there is what is published; all else comes from source.
 *
 * @module
 */
import { rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { build, type Plugin } from "esbuild";
import { builtCode, publicEntries, readJson } from "../entries.ts";
import { KERNEL_FILE, kernelBytes } from "../kernel.ts";

/** What this run writes, apart from that of any other run at the same time. Gone when it ends. */
export const RUN_FOLDER = `build/run-${process.pid}`;
process.on("exit", () => rmSync(RUN_FOLDER, { recursive: true, force: true }));

/** Where the bundles for Node are. */
export const NODE_BUNDLES = `${RUN_FOLDER}/node`;

/** Bundles test files or examples for Node, each at its own path below `folder`. */
export async function bundleForNode(files: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: [...files],
    outdir: folder,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    // Build tools that scripts under test use stay packages.
    external: ["esbuild", "assemblyscript", "typescript", "cloudflare:*"],
    plugins: [publicEntriesTo((name) => ({ path: `geartrain${name.slice(1)}`, external: true }))],
    sourcemap: true,
    logLevel: "error",
  });
}

/** A module of a bundle for workerd, by the name under which the others import it. */
export interface BundledModule {
  readonly name: string;
  readonly path: string;
}

/** Where the bundle for workerd is. */
export const WORKERD_BUNDLES = `${RUN_FOLDER}/workerd`;

/** Bundles the entry of the tests on workerd, and these test files behind it. */
export async function bundleForWorkerd(
  entry: string,
  files: readonly string[],
): Promise<BundledModule[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    outdir: WORKERD_BUNDLES,
    entryNames: "main",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd"],
    target: "es2022",
    external: ["node:*", "bun:*", "cloudflare:*"],
    plugins: [
      oneKernel,
      publicEntriesTo((name) => ({ path: resolve(workerdCode(name)) })),
      inPlaceOf("here.ts", "here_workerd.ts"),
      inPlaceOf("host.ts", "host_workerd.ts"),
      inPlaceOf("environment.ts", "environment_workerd.ts"),
      listOf(files),
    ],
    sourcemap: "inline",
    metafile: true,
    logLevel: "error",
  });
  writeFileSync(join(WORKERD_BUNDLES, KERNEL_FILE), kernelBytes());
  return [...Object.keys(metafile.outputs), `${WORKERD_BUNDLES}/${KERNEL_FILE}`].map((path) => ({
    name: relative(WORKERD_BUNDLES, path),
    path,
  }));
}

/** The package and the tests share one kernel module, whatever path they import it by. */
const oneKernel: Plugin = {
  name: "one kernel",
  setup({ onResolve }): void {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: `./${KERNEL_FILE}`, external: true }));
  },
};

type Resolution = { path: string; external?: boolean };

function publicEntriesTo(target: (name: string) => Resolution): Plugin {
  const bySource = new Map(publicEntries().map(({ name, source }) => [resolve(source), name]));
  return {
    name: "public entries",
    setup({ onResolve }): void {
      onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind === "entry-point") return undefined;
        const name = bySource.get(join(resolveDir, path));
        return name === undefined ? undefined : target(name);
      });
    },
  };
}

function workerdCode(name: string): string {
  const { exports } = readJson("package.json") as {
    exports: Record<string, Record<string, string>>;
  };
  return exports[name]?.workerd ?? exports[name]?.default ?? builtCode("mod.ts");
}

/** Puts one file of the harness in another's place. */
function inPlaceOf(file: string, other: string): Plugin {
  const folder = join(process.cwd(), "test", "_harness");
  return {
    name: `${other} for ${file}`,
    setup({ onResolve }): void {
      onResolve(
        { filter: new RegExp(`^\\./${file.replace(".", "\\.")}$`) },
        ({ resolveDir }) => resolveDir === folder ? { path: join(folder, other) } : undefined,
      );
    },
  };
}

/** The module `suite:files`: a loader for each test file. */
function listOf(files: readonly string[]): Plugin {
  return {
    name: "test files",
    setup({ onResolve, onLoad }): void {
      onResolve({ filter: /^suite:files$/ }, ({ path }) => ({ path, namespace: "suite" }));
      onLoad({ filter: /.*/, namespace: "suite" }, () => ({
        contents: `export default {\n${
          files.map((file) => `${JSON.stringify(file)}: () => import("./${file}"),`).join("\n")
        }\n};`,
        resolveDir: process.cwd(),
      }));
    },
  };
}
