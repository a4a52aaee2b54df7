/** The command line of a benchmark: `--name`, `--name=value`, `--name=one,another`. */
import process from "node:process";

/**
 * Throws a RangeError for what is none of `known`: `--name`, or `--name=` for one that has a value. A
 * misspelt one would change nothing, and the figures would be taken for something else.
 */
export function onlyOptions(...known: readonly string[]): void {
  for (const given of process.argv.slice(2)) {
    const isKnown = known.some((name) =>
      name.endsWith("=") ? given.startsWith(name) : given === name
    );
    if (!isKnown) {
      throw new RangeError(`Expected ${known.join(", ")}, got "${given}"`);
    }
  }
}

/** Whether `--name` is given. */
export function flag(name: string): boolean {
  return process.argv.includes(`--${name}`);
}

/** What `--name=` is given as, if it is. */
export function option(name: string): string | undefined {
  const start = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(start))?.slice(start.length);
}

/** The whole number from 1 on that `--name=` is given as. Throws a RangeError for what is none. */
export function countOption(name: string): number | undefined {
  const given = option(name);
  if (given === undefined) return undefined;
  const count = Number(given);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(`Expected --${name} to be a whole number from 1 on, got "${given}"`);
}

/** Those of `all` that `--name=` lists, none where it lists nothing; without it, `usual`. Throws a RangeError for others. */
export function listOption<T extends string | number>(
  name: string,
  all: readonly T[],
  usual: readonly T[] = all,
): readonly T[] {
  const given = option(name);
  if (given === undefined) return usual;
  if (given === "") return [];
  return given.split(",").map((text) => {
    const found = all.find((one) => String(one) === text);
    if (found === undefined) {
      throw new RangeError(`Expected --${name} to list some of ${all.join(", ")}, got "${text}"`);
    }
    return found;
  });
}
