/**
 * What package.json should export: the public entries, each leading to what the build makes of its
 * source, and the runtimes' conditions of `.` to the runtimes' own entries.
 *
 * @module
 */
import { builtCode, builtTypes, type Entry, RUNTIMES } from "./entries.ts";

/** Conditions by name, in the order in which a resolver tries them. */
export type Conditions = Readonly<Record<string, string>>;

/** What package.json should say for these entries. */
export function expectedExports(entries: readonly Entry[]): Record<string, Conditions | string> {
  const sources = new Map(entries.map(({ name, source }) => [name, source]));
  const expected: Record<string, Conditions | string> = {};
  for (const { name, source } of entries) {
    const conditions: Record<string, string> = { types: builtTypes(source) };
    for (const runtime of RUNTIMES) {
      const own = sources.get(`${name}/${runtime}`);
      if (own !== undefined) conditions[runtime] = builtCode(own);
    }
    conditions.default = builtCode(source);
    expected[name] = conditions;
  }
  expected["./package.json"] = "./package.json";
  return expected;
}

/** Where the exports differ from what they should be, in words. */
export function differences(
  entries: readonly Entry[],
  actual: Readonly<Record<string, unknown>>,
): string[] {
  const expected = expectedExports(entries);
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  // As text: the order of conditions counts.
  return [...names]
    .map((name) => [name, JSON.stringify(expected[name]), JSON.stringify(actual[name])])
    .filter(([, wanted, found]) => wanted !== found)
    .map(([name, wanted, found]) => `package.json, "${name}": expected ${wanted}, got ${found}`);
}
