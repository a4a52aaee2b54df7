import {
  formatJobRow,
  formatPriorityRow,
  formatStatusRow,
  formatValue,
  formatWorkersRow,
  OK,
  parseErrorLine,
  parseJobRow,
  parsePriorityRow,
  parseStatusRow,
  parseTextLine,
  parseValue,
  parseWorkersRow,
  TextError,
} from "../../src/protocol/mod.ts";
import { ProtocolError } from "../../src/errors.ts";
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";

test("parseTextLine() takes both line endings, and none", () => {
  for (const ending of ["\n", "\r\n", ""]) {
    assertEquals(parseTextLine(`status${ending}`), { word: "status", name: "status", words: [] });
  }
});

test("parseTextLine() knows commands in any case and keeps the word as sent", () => {
  assertEquals(parseTextLine("MaxQueue Fn 3"), {
    word: "MaxQueue",
    name: "maxqueue",
    words: ["Fn", "3"],
  });
  assertEquals(parseTextLine("BoGus")?.word, "BoGus");
  assertEquals(parseTextLine("BoGus")?.name, undefined);
});

test("parseTextLine() takes runs of spaces as one, and only spaces", () => {
  assertEquals(parseTextLine("maxqueue   f  1")?.words, ["f", "1"]);
  assertEquals(parseTextLine("status\t")?.name, undefined);
});

test("parseTextLine() sees an empty word before a leading space and after a trailing one", () => {
  assertEquals(parseTextLine(" status"), { word: "", name: undefined, words: ["status"] });
  assertEquals(parseTextLine("status "), { word: "status", name: "status", words: [""] });
  assertEquals(parseTextLine("")?.word, "");
});

test("parseTextLine() takes five words and refuses the sixth", () => {
  assertEquals(parseTextLine("maxqueue f 1 2 3")?.words.length, 4);
  assertEquals(parseTextLine("maxqueue f 1 2 3 4"), undefined);
  assertEquals(parseTextLine("status x y z w "), undefined);
});

test("TextError holds gearmand's lines byte for byte", () => {
  assertEquals(
    TextError.unknownCommand("bogus"),
    "ERR UNKNOWN_COMMAND Unknown+server+commandbogus\r\n",
  );
  assertEquals(
    TextError.invalidArguments("maxqueue"),
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+maxqueue\r\n",
  );
  assertEquals(TextError.unknownShow, "ERR UNKNOWN_SHOW_ARGUMENTS\r\n");
  assertEquals(TextError.unknownCancel, "ERR UNKNOWN_ERROR\r\n");
  assertEquals(TextError.unknownJob, "ERR UNKNOWN_JOB\r\n");
  assertEquals(TextError.unknownFunction, "ERR function not found\r\n");
});

test("parseErrorLine() finds the code, and spaces for plus signs", () => {
  assertEquals(parseErrorLine("ERR UNKNOWN_COMMAND Unknown+server+commandx"), {
    code: "UNKNOWN_COMMAND",
    text: "Unknown server commandx",
  });
  assertEquals(parseErrorLine("ERR UNKNOWN_JOB"), { code: "UNKNOWN_JOB", text: "" });
  assertEquals(parseErrorLine("ERR function not found"), {
    code: "ERR",
    text: "function not found",
  });
  assertEquals(parseErrorLine("OK"), undefined);
});

test("parseValue() reads what formatValue() writes, and a bare OK", () => {
  assertEquals(formatValue("1.1.20+ds"), "OK 1.1.20+ds\n");
  assertEquals(parseValue("OK 1.1.20+ds"), "1.1.20+ds");
  assertEquals(OK, "OK\r\n");
  assertEquals(parseValue("OK"), "");
  assertEquals(parseValue("OKAY"), undefined);
  assertEquals(parseValue("."), undefined);
});

test("parseStatusRow() reads gearmand's lines and names with tabs", () => {
  assertEquals(parseStatusRow("f1\t4\t1\t3"), {
    functionName: "f1",
    total: 4,
    running: 1,
    workers: 3,
  });
  const row = { functionName: "a\tb", total: 1, running: 0, workers: 2 };
  assertEquals(formatStatusRow(row), "a\tb\t1\t0\t2\n");
  assertEquals(parseStatusRow("a\tb\t1\t0\t2"), row);
});

test("parsePriorityRow() reads what formatPriorityRow() writes", () => {
  const row = { functionName: "prio", high: 3, normal: 2, low: 1, workers: 0 };
  assertEquals(formatPriorityRow(row), "prio\t3\t2\t1\t0\n");
  assertEquals(parsePriorityRow("prio\t3\t2\t1\t0"), row);
});

test("parseWorkersRow() reads gearmand's lines", () => {
  assertEquals(parseWorkersRow("38 127.0.0.1 worker-1 : f1 f3 f2 f1"), {
    fd: 38,
    ip: "127.0.0.1",
    clientId: "worker-1",
    functionNames: ["f1", "f3", "f2", "f1"],
  });
  assertEquals(parseWorkersRow("44 ::1 - :").functionNames, []);
  // One that has just left, and is not forgotten yet.
  assertEquals(parseWorkersRow("-1 127.0.0.1 - :").fd, -1);
  assertEquals(parseWorkersRow("37 127.0.0.1 id with spaces : f1").clientId, "id with spaces");
  assertEquals(parseWorkersRow("37 127.0.0.1  :").clientId, "");
  assertEquals(parseWorkersRow("37 127.0.0.1 x: y : f").clientId, "x: y");
});

test("formatWorkersRow() ends in a colon where there are no functions", () => {
  const row = { fd: 44, ip: "127.0.0.1", clientId: "-", functionNames: [] };
  assertEquals(formatWorkersRow(row), "44 127.0.0.1 - :\n");
  assertEquals(formatWorkersRow({ ...row, functionNames: ["a", "b"] }), "44 127.0.0.1 - : a b\n");
});

test("parseJobRow() reads what formatJobRow() writes", () => {
  const row = { handle: "H:x:17", retries: 0, ignored: true, queued: false };
  assertEquals(formatJobRow(row), "H:x:17\t0\t1\t0\n");
  assertEquals(parseJobRow("H:x:17\t0\t1\t0"), row);
});

test("parseStatusRow() and its like refuse what is no row", () => {
  for (const parse of [parseStatusRow, parsePriorityRow, parseWorkersRow, parseJobRow]) {
    assertThrows(() => parse("nonsense"), ProtocolError, 'got "nonsense"');
  }
});
