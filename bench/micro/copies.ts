/**
 * Loads a module, with all that it imports, as often as wanted. Engines keep what they learn about
 * types with the function's text: variants that shared functions would slow one another down.
 */
import { build } from "esbuild";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** Bundles the module at `path` and returns what loads another copy of it. */
export async function copiesOf<T>(path: string): Promise<() => Promise<T>> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2022",
  });
  const folder = join(process.cwd(), "build/bench");
  mkdirSync(folder, { recursive: true });
  let copies = 0;
  return async () => {
    const name = path.replace(/\W+/g, "_");
    const file = join(folder, `${name}_${process.pid}_${copies++}.mjs`);
    writeFileSync(file, outputFiles[0].text);
    try {
      return await import(pathToFileURL(file).href);
    } finally {
      rmSync(file);
    }
  };
}
