/** docs/compat-php.md has a row for each method, with its arity, and for no other; and what it refers to is there. */
import { readFileSync } from "node:fs";
import { assert, assertEquals, test } from "../../_harness/mod.ts";
import { CLASSES, REMOVED_METHODS } from "./specification.ts";

export const notOnWorkerd = "reads a file";

const document = readFileSync("docs/compat-php.md", "utf8");

/** The text below a heading, up to the next heading. */
function section(heading: string): string {
  const [, rest] = document.split(`\n${heading}\n`);
  assert(rest !== undefined, `Expected a heading "${heading}", there is none`);
  return rest.split(/\n#+ /, 1)[0];
}

/** The rows of the first table, without its head. */
function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|")).slice(2);
  return lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

for (const [name, methods] of Object.entries(CLASSES)) {
  test(`docs/compat-php.md has ${name}'s methods in its table, and no others`, () => {
    const rows = rowsOf(section(`### ${name}`)).map(([method, count, verdict, why]) => {
      assert(["same", "better", "different"].includes(verdict), `${method} is "${verdict}"`);
      assert(verdict === "same" || why !== "", `${method} is ${verdict}, and nobody says how`);
      const [least, most = least] = count.split(" to ").map(Number);
      return [method, [least, most]];
    });
    const expected = Object.entries(methods).map((
      [method, arity],
    ) => [`\`${method}\``, [...arity]]);
    assertEquals(rows.sort(), expected.sort());
  });
}

test("docs/compat-php.md names every method that the extension has lost", () => {
  for (const name of Object.values(REMOVED_METHODS).flatMap((methods) => Object.keys(methods))) {
    assert(document.includes(`\`${name}\``), name);
  }
});

test("docs/compat-php.md counts its differences, and refers to those that there are", () => {
  const numbers = rowsOf(section("## Differences")).map(([number]) => number);
  assertEquals(numbers, numbers.map((_, at) => `D${at + 1}`));
  const methods = document.slice(
    document.indexOf("## All methods"),
    document.indexOf("## Differences"),
  );
  const referred = new Set(methods.match(/\bD\d+/g));
  for (const [, first, last] of methods.matchAll(/\bD(\d+) to D(\d+)/g)) {
    for (let n = Number(first); n <= Number(last); n++) referred.add(`D${n}`);
  }
  assertEquals([...referred].filter((number) => !numbers.includes(number)), []);
});
