/**
 * `npm run demo`: installs the build tools if they are missing, builds the package if it is not up
 * to date, and runs examples/demo.ts on it, or the example that is named.
 *
 * @module
 */
import process from "node:process";
import { run } from "./run.mjs";
import { setup } from "./setup.mjs";

try {
  await setup();
  process.exitCode = await run("scripts/run_example.ts", [process.argv[2] ?? "examples/demo.ts"]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
