/**
 * Builds the npm package into `dist/`, unless it is up to date.
 *
 *     node scripts/run.mjs scripts/build_npm.ts [--force]
 *
 * @module
 */
import process from "node:process";
import { buildNpm } from "./npm_package.ts";

await buildNpm({ force: process.argv.includes("--force") });
