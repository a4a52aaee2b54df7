/**
 * Compares what package.json exports with the public entries: prints what differs, and fails when
 * something does.
 *
 *     node scripts/run.mjs scripts/check_exports.ts
 *
 * @module
 */
import process from "node:process";
import { publicEntries, readJson } from "./entries.ts";
import { differences } from "./exports.ts";

const { exports = {} } = readJson("package.json") as { exports?: Record<string, unknown> };
const found = differences(publicEntries(), exports);
for (const difference of found) console.error(difference);
process.exitCode = found.length === 0 ? 0 : 1;
