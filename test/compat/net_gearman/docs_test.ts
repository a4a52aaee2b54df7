/** Every numbered fact of docs/compat-net-gearman.md is cited by a test, and no test cites another. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, assertEquals, test } from "../../_harness/mod.ts";

export const notOnWorkerd = "the documents are read";

const FOLDERS = ["test/compat/net_gearman", "test/interop/net_gearman"];

/** `2.10` and its like, wherever they stand in a text. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(/(?<![\d.])((?:[2-9]|1[01])\.\d{1,2})(?![\d.])/g)].map(([, it]) => it);
}

/** All facts of a name that begins like `5.8 to 5.13`. */
function spanOf(name: string): string {
  const [, section, from, to] = /^(\d+)\.(\d+) to \1\.(\d+)/.exec(name) ?? [];
  const span = Array.from({ length: Number(to ?? 0) + 1 }, (_, fact) => `${section}.${fact}`);
  return span.slice(Number(from ?? 1)).join(" ");
}

test("the facts of docs/compat-net-gearman.md and the tests cite one another", () => {
  const rows = readFileSync("docs/compat-net-gearman.md", "utf8").match(/^\| \d+\.\d+ /gm) ?? [];
  const facts = rows.flatMap(numbersIn);
  assert(facts.length > 90, `${facts.length} facts`);
  assertEquals(facts.length, new Set(facts).size, "a number stands for two facts");
  const cited = new Set<string>();
  for (const folder of FOLDERS) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith("_test.ts"))) {
      const source = readFileSync(join(folder, file), "utf8");
      // The names of tests, the tables that name them, and comments that cite within one.
      const names = source.matchAll(
        /test\(\s*[`"](.*?)[`"],|^ {2}\["(\d+\.\d+)"|\/\/ (\d+\.\d+)/gm,
      );
      for (const [, name = "", row = "", comment = ""] of names) {
        for (const number of numbersIn(`${spanOf(name)} ${name} ${row} ${comment}`)) {
          cited.add(number);
        }
      }
    }
  }
  assertEquals(facts.filter((fact) => !cited.has(fact)), [], "cited by no test");
  assertEquals([...cited].filter((number) => !facts.includes(number)), [], "no such fact");
});
