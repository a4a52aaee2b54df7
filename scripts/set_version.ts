/**
 * Writes the version that stands in package.json wherever else it must stand. `npm version` runs it,
 * and commits what it wrote; scripts/check_package.ts says where one was forgotten.
 *
 *     npm version 0.2.0
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readJson } from "./entries.ts";

const { version } = readJson("package.json") as { version: string };

/** Where it stands, and what stands around it. */
const PLACES: Readonly<Record<string, RegExp>> = {
  "deno.json": /(^ {2}"version": ").*?(")/gm,
  "src/server/version.ts": /(^export const VERSION = ").*?(")/gm,
  "README.md": /(\bgeartrain-)\d.*?(\.tgz)/g,
  "docs/cli.md": /(\bgeartrain-)\d.*?(\.tgz)/g,
};

for (const [file, place] of Object.entries(PLACES)) {
  const text = readFileSync(file, "utf8");
  const written = text.replace(place, `$1${version}$2`);
  if (!written.includes(version)) throw new Error(`Expected a version in ${file}, found none`);
  writeFileSync(file, written);
}
