/**
 * Holds the sources against the table in layers.ts: prints every breach, and fails when there is
 * one.
 *
 *     node scripts/run.mjs scripts/check_layers.ts [folder of another repository]
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { publicEntries } from "./entries.ts";
import { breaches, missingRooms, type Sources } from "./layers.ts";

const [root = "."] = process.argv.slice(2);

function readSources(): Sources {
  const files = (readdirSync(join(root, "src"), { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/${file.replaceAll("\\", "/")}`);
  return new Map(
    ["mod.ts", ...files].map((file) => [file, readFileSync(join(root, file), "utf8")]),
  );
}

const sources = readSources();
const entries = publicEntries().map(({ source }) => source);
const found = [...missingRooms(sources, entries), ...breaches(sources, entries)];
for (const breach of found) console.error(breach);
process.exitCode = found.length === 0 ? 0 : 1;
