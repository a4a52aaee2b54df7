// deno-lint-ignore-file explicit-module-boundary-types -- JavaScript has no types to write
/**
 * Runs a TypeScript script on this Node, which need not know TypeScript: bundles it with esbuild,
 * leaves packages outside, and starts the result with the repository as working folder.
 *
 *     node scripts/run.mjs <script.ts> [arguments]
 *
 * @module
 */
import { spawn } from "node:child_process";
import { join, relative, resolve } from "node:path";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { ROOT, setup } from "./setup.mjs";

/** Bundles and runs a script. Resolves with its exit code. */
export async function run(script, args) {
  const source = resolve(ROOT, script);
  // Under build/, so that the bundle finds the repository's node_modules.
  const bundle = join(ROOT, "build", relative(ROOT, source).replace(/\.ts$/, ".mjs"));
  const { build } = await import("esbuild");
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "error",
    absWorkingDir: ROOT,
  });
  const child = spawn(process.execPath, ["--enable-source-maps", bundle, ...args], {
    cwd: ROOT,
    stdio: "inherit",
  });
  // The terminal signals the child too; what signals us alone is handed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2);
  try {
    if (script === undefined) throw new Error("Expected a script to run, got none");
    await setup();
    process.exitCode = await run(script, args);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
