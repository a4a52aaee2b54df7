/** The words of a command line that are no flags: how many there may be. */
import { got } from "../errors.ts";
import type { Call } from "./command.ts";
import { UsageError } from "./usage_error.ts";

/** Throws a {@linkcode UsageError} where there is another word. */
export function checkNoMore(words: readonly string[], after: string): void {
  if (words.length > 0) {
    throw new UsageError(`Expected no more after ${after}, got ${got(words[0])}`);
  }
}

/** The only words there may be, by the names that the help gives them. Throws a {@linkcode UsageError}. */
export function wordsOf(
  { words, rest = [] }: Call,
  ...names: readonly string[]
): readonly string[] {
  const all = [...words, ...rest];
  if (all.length < names.length) {
    throw new UsageError(`Expected ${names.join(" ")}, got no ${names[all.length]}`);
  }
  checkNoMore(all.slice(names.length), names.at(-1) ?? "the command's name");
  return all;
}
