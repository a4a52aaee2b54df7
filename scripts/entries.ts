/** The public entries: what deno.json exports as source, and what that becomes in the built package. */
import { readFileSync } from "node:fs";

/** One entry of the package. */
export interface Entry {
  /** As an importer writes it after the package's name: `.` or `./node`. */
  readonly name: string;
  /** Its source from the repository's root, for instance `src/node.ts`. */
  readonly source: string;
}

/** The folder of the built package. */
export const DIST = "dist";

/** Every entry, in the order of deno.json. */
export function publicEntries(): Entry[] {
  const { exports } = readJson("deno.json") as { exports: Record<string, string> };
  return Object.entries(exports).map(([name, path]) => ({ name, source: path.replace("./", "") }));
}

/** What a source becomes: the code. */
export function builtCode(source: string): string {
  return `./${DIST}/${source.replace(/\.ts$/, ".js")}`;
}

/** What a source becomes: the declarations. */
export function builtTypes(source: string): string {
  return `./${DIST}/${source.replace(/\.ts$/, ".d.ts")}`;
}

/** Reads a JSON file of the repository. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
