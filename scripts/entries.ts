/**
 * The public entries and what the build makes of them: those that deno.json exports and, in the
 * npm package alone, those that a runtime has in the place of one, with its adapter fixed: for the
 * root in `src/`, for others beside them.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** One entry of the package. */
export interface Entry {
  /** As an importer writes it after the package's name: `.` or `./node`. */
  readonly name: string;
  /** Its source from the repository's root, for instance `src/node.ts`. */
  readonly source: string;
}

/** The folder of the built package. */
export const DIST = "dist";

/**
 * Runtimes that may have an entry of their own, in the order in which a resolver should try them:
 * Deno and Bun answer to `node` too.
 */
export const RUNTIMES: readonly string[] = ["workerd", "deno", "bun", "node"];

/** Every entry: those of deno.json, each followed by those that runtimes have in its place. */
export function publicEntries(): Entry[] {
  const { exports } = readJson("deno.json") as { exports: Record<string, string> };
  return Object.entries(exports).flatMap(([name, path]) => {
    const source = path.replace("./", "");
    const folder = name === "." ? "src" : posix.dirname(source);
    const own = RUNTIMES.map((runtime) => ({
      name: `${name}/${runtime}`,
      source: `${folder}/${runtime}.ts`,
    }));
    return [{ name, source }, ...own.filter(({ source }) => existsSync(source))];
  });
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
