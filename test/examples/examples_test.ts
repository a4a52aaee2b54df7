/** Every example runs to its end, and says what it says it does. */
import { readFileSync } from "node:fs";
import { assertEquals, assertStringIncludes, test } from "../_harness/mod.ts";
import { FUNCTIONS, REMOVED_FUNCTIONS } from "../compat/php/specification.ts";

export const notOnWorkerd = "examples listen on a port";

/** Runs an example in this process, and returns what it printed. */
async function printed(load: () => Promise<unknown>): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...parts: unknown[]) => {
    lines.push(
      parts.map((part) => typeof part === "string" ? part : JSON.stringify(part)).join(" "),
    );
  };
  try {
    await load();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

test("examples/reverse.ts follows a job and prints its result", async () => {
  const text = await printed(() => import("../../examples/reverse.ts"));
  assertEquals(text, '{"type":"status","numerator":1,"denominator":1}\n!olleH');
});

test("examples/demo.ts shows every kind of job", async () => {
  const text = await printed(() => import("../../examples/demo.ts"));
  for (
    const part of [
      '"Hello, Gearman!" -> "!namraeG ,olleH"',
      "256 bytes, one of each value, came back inverted",
      "JobFailed, as it should",
      "JobException, as it should",
      'the worker noted: "nobody waited for this"',
      "1000 jobs",
    ]
  ) assertStringIncludes(text, part);
});

test("examples/net_gearman/main.ts hands a job over, checks arguments and reverses a text", async () => {
  const text = await printed(() => import("../../examples/net_gearman/main.ts"));
  const lines = text.split("\n");
  assertEquals(lines.at(-1), "!dlroW olleH");
  // What the worker says, and when it says it, is its own affair.
  assertEquals([...lines].sort(), [
    "!dlroW olleH",
    "someBackgroundJob failed: Invalid/Missing arguments",
    "someBackgroundJob: user 5555",
    "true",
  ]);
});

test("examples/php/reverse.ts prints what the manual's loop prints", async () => {
  const text = await printed(() => import("../../examples/php/reverse.ts"));
  const steps = [..."Hello!"].flatMap((letter, at) => [
    `Status: ${at + 1}/6 complete`,
    `Data: ${letter}`,
  ]);
  assertEquals(text.split("\n"), ["Sending job", ...steps, "Success: !olleH"]);
});

test("examples/php/reference.ts calls every function of the extension", async () => {
  const source = readFileSync("examples/php/reference.ts", "utf8");
  for (const name of [...Object.keys(FUNCTIONS), ...Object.keys(REMOVED_FUNCTIONS)]) {
    assertStringIncludes(source, `php.${name}(`);
  }
  const text = await printed(() => import("../../examples/php/reference.ts"));
  for (
    const part of [
      'fail: "" 24',
      'exception: "" 23',
      'complete: "all" 0',
      "partold partnormal!",
      "[true,false,0,0]",
      'complete say "task!"',
      'exception say "boom"',
      "grabbed true",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.split("\n").at(-1), "done");
});
