/**
 * `npm test`: installs what is missing, then runs the suite.
 *
 *     npm test [-- --only=deno,node20 --codec=ts engine]
 *
 * @module
 */
import { run } from "./run.mjs";
import { setup } from "./setup.mjs";

try {
  await setup({ runtimes: true });
  process.exitCode = await run("scripts/suite/main.ts", process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
