/**
 * Runs an example on this Node, over the built package.
 *
 *     node scripts/run.mjs scripts/run_example.ts examples/reverse.ts
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { buildNpm } from "./npm_package.ts";
import { bundleForNode, RUN_FOLDER } from "./suite/bundle.ts";

const [example, ...args] = process.argv.slice(2);
if (example === undefined) throw new Error("Expected an example to run, got none");
await buildNpm();
await bundleForNode([example], RUN_FOLDER);
const bundle = `${RUN_FOLDER}/${example.replace(/^\.\//, "").replace(/\.ts$/, ".mjs")}`;
const { status } = spawnSync(process.execPath, ["--enable-source-maps", bundle, ...args], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
