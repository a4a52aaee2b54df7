/** The command line of a benchmark: `--name`, `--name=value`, `--name=one,another`. */
import process from "node:process";

/** Whether `--name` is given. */
export function flag(name: string): boolean {
  return process.argv.includes(`--${name}`);
}

/** What `--name=` is given as, if it is. */
export function option(name: string): string | undefined {
  const start = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(start))?.slice(start.length);
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
