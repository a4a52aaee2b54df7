/** What a benchmark makes of its command line. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import process from "node:process";
import { countOption, onlyOptions } from "../../bench/options.ts";

export const notOnWorkerd = "it is about programs that are started";

/** Calls with these arguments after the program's name. */
function given<T>(args: readonly string[], call: () => T): T {
  const before = process.argv.splice(2, Infinity, ...args);
  try {
    return call();
  } finally {
    process.argv.splice(2, Infinity, ...before);
  }
}

const NODE = { on: ["node"] } as const;

test("a benchmark refuses an option that it does not know", NODE, () => {
  const known = () => onlyOptions("--quick", "--rounds=");
  given(["--quick", "--rounds=3"], known);
  for (const wrong of ["--rounds", "--quick=1", "--round=3", "3"]) {
    const { message } = assertThrows(() => given([wrong], known), RangeError);
    assertEquals(message, `Expected --quick, --rounds=, got "${wrong}"`);
  }
});

test("a benchmark takes whole numbers from 1 on", NODE, () => {
  const rounds = () => countOption("rounds");
  assertEquals(given(["--rounds=12"], rounds), 12);
  assertEquals(given([], rounds), undefined);
  for (const wrong of ["abc", "0", "-1", "1.5", ""]) {
    const { message } = assertThrows(() => given([`--rounds=${wrong}`], rounds), RangeError);
    assertEquals(message, `Expected --rounds to be a whole number from 1 on, got "${wrong}"`);
  }
});
