/** Flags: from the command line, the environment and a file, and what is said of those that make no sense. */
import { UsageError } from "../../src/cli/usage_error.ts";
import {
  type Flag,
  flagsFromEnvironment,
  flagsFromText,
  helpFor,
  layered,
  parseFlags,
  parseWords,
} from "../../src/cli/flags.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";

export const notOnWorkerd = "there is no parseArgs";

const FLAGS: readonly Flag[] = [
  { name: "port", short: "p", value: "N", help: "The port." },
  { name: "listen", short: "L", value: "ADDR", isList: true, help: "Where.\nSeveral." },
  { name: "round-robin", short: "R", help: "Turns." },
  { name: "pid-file", value: "FILE", help: "Number." },
];

function parsed(...args: string[]): Record<string, readonly string[]> {
  return Object.fromEntries(parseFlags(FLAGS, args));
}

test("parseFlags() takes long and short flags, values after = or a space, and the last of several", () => {
  assertEquals(parsed(), {});
  assertEquals(parsed("--port=1", "-p", "2", "-R"), { "port": ["2"], "round-robin": [""] });
  assertEquals(parsed("--listen", "a", "-Lb", "--listen="), { listen: ["a", "b", ""] });
  assertEquals(parsed("--pid-file=--x=y z", "--"), { "pid-file": ["--x=y z"] });
});

const WRONG: readonly [args: string[], message: string][] = [
  [["--prt=1"], "Expected a flag that is known, got --prt, did you mean --port?"],
  [["--pid"], "Expected a flag that is known, got --pid, did you mean --pid-file?"],
  [["--nothing-like-it"], "Expected a flag that is known, got --nothing-like-it"],
  [["-x"], "Expected a flag that is known, got -x"],
  [["-vvv"], "Expected a flag that is known, got -v"],
  [["foo"], 'Expected flags, got "foo"'],
  [["--", "foo"], 'Expected flags, got "foo"'],
  [["--port"], "Expected --port N, got no value"],
  [["-p"], "Expected -p N, got no value"],
  [["--round-robin=yes"], 'Expected --round-robin without a value, got "yes"'],
  [["--no-port"], "Expected a flag that is known, got --no-port"],
];
for (const [args, message] of WRONG) {
  test(`parseFlags() refuses ${args.join(" ")}`, () => {
    const error = assertThrows(() => parseFlags(FLAGS, args), UsageError);
    assertEquals(error.message, message);
  });
}

test("parseFlags() suggests no flag that is of no use", () => {
  const flags: readonly Flag[] = [{ name: "http-port", help: "", isUseless: true }];
  const error = assertThrows(() => parseFlags(flags, ["--http-prt"]), UsageError);
  assertEquals(error.message, "Expected a flag that is known, got --http-prt");
});

test("parseWords() keeps what is no flag, and all that follows --", () => {
  const { flags, words, rest } = parseWords(FLAGS, ["a", "-p", "1", "-", "--", "-x", "--", "b"]);
  assertEquals([[...flags.keys()], words, rest], [["port"], ["a", "-"], ["-x", "--", "b"]]);
  assertEquals(parseWords(FLAGS, ["a"]).rest, undefined);
});

test("flagsFromEnvironment() takes a variable for each flag", () => {
  const from = (env: Record<string, string>) =>
    Object.fromEntries(flagsFromEnvironment(FLAGS, "X", env));
  assertEquals(from({ X_PORT: "1", X_PID_FILE: "a b", PORT: "2", X_LISTEN: "" }), {
    "port": ["1"],
    "pid-file": ["a b"],
  });
  assertEquals(from({ X_ROUND_ROBIN: "yes" }), { "round-robin": [""] });
  assertEquals(from({ X_ROUND_ROBIN: "0" }), {});
  assertThrows(() => from({ X_ROUND_ROBIN: "maybe" }), UsageError, 'to be 1 or 0, got "maybe"');
});

test("flagsFromText() takes words with white space between them, and no remarks", () => {
  const text = "--port\t1\r\n\n# --port 2\n--listen=a # and not b\n --listen b#c -R";
  assertEquals(Object.fromEntries(flagsFromText(FLAGS, text)), {
    "port": ["1"],
    "listen": ["a", "b#c"],
    "round-robin": [""],
  });
});

test("layered() puts the later layers before the earlier, whole lists at a time", () => {
  const low = parseFlags(FLAGS, ["--listen=a", "--listen=b", "--port=1"]);
  const high = parseFlags(FLAGS, ["--listen=c", "-R"]);
  assertEquals(Object.fromEntries(layered(low, high)), {
    "listen": ["c"],
    "port": ["1"],
    "round-robin": [""],
  });
});

test("helpFor() sets the flags in two columns, on lines of 80 characters", () => {
  const column = " ".repeat(34);
  assertEquals(
    helpFor([
      ...FLAGS.slice(1, 3),
      { name: "a-name-that-is-long-indeed", value: "VALUE", help: "Long." },
      { name: "x", help: "word ".repeat(12).trim() },
    ]),
    [
      `  -L, --listen ADDR`.padEnd(34) + "Where. Several.",
      `  -R, --round-robin`.padEnd(34) + "Turns.",
      "      --a-name-that-is-long-indeed VALUE",
      `${column}Long.`,
      `      --x`.padEnd(34) + "word word word word word word word word word",
      `${column}word word word`,
      "",
    ].join("\n"),
  );
});
