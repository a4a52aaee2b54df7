/** How arguments and results travel: the rows of section 10, and what is kept where PHP loses it. */
import { assertEquals, assertThrows, test } from "../../_harness/mod.ts";
import { netGearmanRules, rawRules } from "../../../src/compat/net_gearman/mod.ts";
import { ARGUMENTS } from "./data_rows.ts";
import { parseJson, phpJson } from "../../../src/compat/net_gearman/json.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An argument there and back, and what it was on the wire. */
function travel(argument: unknown): [wire: string, received: unknown] {
  const payload = netGearmanRules.encodeArgument(argument);
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  return [decoder.decode(bytes), netGearmanRules.decodeArgument(bytes)];
}

for (const [number, argument, wire, received] of ARGUMENTS) {
  const text = JSON.stringify(argument);
  test(`${number} the argument ${text} is sent as ${JSON.stringify(wire)}, and so received`, () => {
    assertEquals(travel(argument), [wire, received]);
  });
}

test("10.9 a result is always a JSON object or list: all else is wrapped", () => {
  const { encodeResult, wrapResult } = netGearmanRules;
  assertEquals(encodeResult({ a: 1 }), '{"a":1}');
  assertEquals(encodeResult([1, 2]), "[1,2]");
  assertEquals(encodeResult([]), "[]");
  assertEquals(encodeResult("text"), '{"result":"text"}');
  assertEquals(encodeResult(5), '{"result":5}');
  assertEquals(encodeResult(undefined), '{"result":null}');
  assertEquals(encodeResult(new Date(0)), '{"result":"1970-01-01T00:00:00.000Z"}');
  assertEquals(wrapResult("text"), { result: "text" });
  assertEquals(wrapResult({ a: 1 }), { a: 1 });
  // Wrapped once: a job class may wrap its result itself.
  assertEquals(encodeResult(wrapResult("text")), '{"result":"text"}');
  assertEquals(encodeResult(5n), '{"result":5}');
});

test("10.10 a result that is no JSON becomes null, and a number a number", () => {
  const decoded = (text: string) => netGearmanRules.decodeResult(encoder.encode(text));
  assertEquals(["end", "", "42", '{"result":"x"}'].map(decoded), [null, null, 42, { result: "x" }]);
  assertEquals(netGearmanRules.decodeResult(Uint8Array.of(0xff, 0xfe)), null);
});

test("10.11 a payload keeps its NULs, and all that is no text", () => {
  assertEquals(travel("a\0b"), ["a\0b", "a\0b"]);
  assertEquals(travel({ a: "\0" })[1], { a: "\0" });
  const bytes = Uint8Array.of(0, 1, 254, 255);
  assertEquals(netGearmanRules.encodeArgument(bytes), bytes);
  assertEquals(netGearmanRules.decodeArgument(bytes), bytes);
  assertEquals(netGearmanRules.encodeResult(bytes), bytes);
  assertEquals(netGearmanRules.wrapResult(bytes), bytes);
});

/** What PHP's `json_decode()` gives for these, var_dump() says: int for bigint, float for number. */
const LARGE: readonly [json: string, value: unknown][] = [
  ["9007199254740991", 9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["-9007199254740993", -9007199254740993n],
  ["9223372036854775807", 9223372036854775807n],
  ["-9223372036854775808", -9223372036854775808n],
  ["9223372036854775808", 9223372036854775808],
  ["12345678901234567.0", 12345678901234567],
  ["1234567890123456789e3", 1234567890123456789e3],
  ["0.12345678901234567", 0.12345678901234567],
  ['"9007199254740993"', "9007199254740993"],
  [String.raw`"\\\"9007199254740993"`, String.raw`\"9007199254740993`],
];

test("10.12 a whole number too large to be exact is a bigint, in JSON as well", () => {
  for (const [json, value] of LARGE) {
    for (const [text, whole] of [[json, value], [`[${json}]`, [value]]]) {
      assertEquals([text, parseJson(text as string)], [text, whole]);
    }
    assertEquals(parseJson(`{"id":${json},"in":[[${json}]]}`), { id: value, in: [[value]] });
  }
  assertThrows(() => parseJson("09007199254740993"), SyntaxError);
  assertThrows(() => parseJson("[9007199254740993"), SyntaxError);
  // There and back, and no digit is lost.
  const order = { id: 9007199254740993n, lines: [{ sku: -9007199254740993n, name: "x" }] };
  const wire = '{"id":9007199254740993,"lines":[{"sku":-9007199254740993,"name":"x"}]}';
  assertEquals(travel(order), [wire, order]);
  assertEquals(travel(9007199254740993n), ["9007199254740993", 9007199254740993n]);
  assertEquals(travel("9007199254740993")[1], 9007199254740993n);
  // Beyond 64 bits it is kept as it was written.
  assertEquals(travel("9223372036854775808")[1], "9223372036854775808");
  const result = netGearmanRules.encodeResult(9007199254740993n);
  assertEquals(result, '{"result":9007199254740993}');
  const bytes = encoder.encode(result as string);
  assertEquals(netGearmanRules.decodeResult(bytes), { result: 9007199254740993n });
});

test("10.13 JSON is spelled as PHP spells it", () => {
  assertEquals(phpJson({ "a/b": "é😀\u2028\u007f\b\f\u0001\"\\'" }), PHP_SPELLING);
});

/** What `json_encode(["a/b" => "é😀\u{2028}\x7f\x08\f\x01\"\\'"])` prints. */
const PHP_SPELLING = '{"a\\/b":"\\u00e9\\ud83d\\ude00\\u2028\u007f\\b\\f\\u0001\\"\\\\\'"}';

test("10.14 rawRules send and give bytes as they are", () => {
  const bytes = Uint8Array.of(0, 255);
  assertEquals(rawRules.encodeArgument(bytes), bytes);
  assertEquals(rawRules.encodeArgument("text"), "text");
  assertEquals(rawRules.decodeArgument(bytes), bytes);
  assertEquals(rawRules.encodeResult("text"), "text");
  assertEquals(rawRules.encodeResult(undefined), "");
  assertEquals(rawRules.encodeResult(5), "5");
  assertEquals(rawRules.decodeResult(bytes), bytes);
  assertThrows(() => rawRules.encodeArgument({ a: 1 }), TypeError);
});
