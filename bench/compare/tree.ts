/** A tree to be measured: its files, and the program over them. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { RUN_FOLDER } from "../../scripts/suite/bundle.ts";

/** Whether the repository here has a revision: a shallow clone has but the latest. */
export function hasRevision(revision: string): boolean {
  return spawnSync("git", ["cat-file", "-e", `${revision}^{commit}`]).status === 0;
}

/** Lays out a revision's source. Returns its folder. */
export function layOut(revision: string): string {
  const folder = join(RUN_FOLDER, "trees", revision);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  const archive = spawnSync("git", ["archive", revision, "mod.ts", "src", "deno.json"], {
    maxBuffer: 1 << 28,
  });
  const { status } = spawnSync("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (archive.status === 0 && status === 0) return folder;
  throw new Error(`Expected to lay out revision ${revision}, got ${archive.stderr}`);
}

/** Bundles this tree's program over the library of the tree in `folder`. Returns the bundle. */
export async function bundleOver(folder: string, name: string): Promise<string> {
  const outdir = join(RUN_FOLDER, "compare", name);
  const library = resolve(folder, "mod.ts");
  await build({
    entryPoints: ["bench/compare/program.ts"],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is imported on demand stays apart: no runtime has all of it.
    splitting: true,
    platform: "node",
    format: "esm",
    external: ["cloudflare:*"],
    target: "node20",
    logLevel: "error",
    plugins: [{
      name: "the library of a tree",
      setup({ onResolve }): void {
        onResolve({ filter: /^\.\.\/\.\.\/mod\.ts$/ }, () => ({ path: library }));
      },
    }],
  });
  return join(outdir, "program.mjs");
}
