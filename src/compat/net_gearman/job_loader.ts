/**
 * Finds and imports the file of a job class. The one place of this face that touches a file
 * system; where there is none, classes are registered.
 *
 * @module
 */
import { Job_Exception } from "./exceptions.ts";

/** Endings of a job's file, in the order of the trying: every runtime takes the first. */
const ENDINGS = [".js", ".mjs", ".ts", ".mts"];

/** The first file `<path>/<job>` in a list of folders with commas. Undefined: there is none. */
export async function findJobFile(job: string, paths: string): Promise<string | undefined> {
  // The name of a function is no path.
  if (/[\\\0]|^\.{0,2}\/|\/\.\.\//.test(job)) return undefined;
  const { existsSync } = await import("node:fs");
  for (const path of paths.split(",").map((path) => path.trim())) {
    for (const ending of ENDINGS) {
      const file = `${path}/${job}${ending}`;
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

/** What a file exports; it is run once. A relative path counts from the working folder. */
export async function importJobFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { existsSync } = await import("node:fs");
    if (!existsSync(file)) throw new Job_Exception(`Invalid Job class file: ${file}`);
    const { resolve } = await import("node:path");
    const { pathToFileURL } = await import("node:url");
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    if (error instanceof Job_Exception) throw error;
    throw new Job_Exception(`Invalid Job class file: ${file}`, { cause: error });
  }
}
