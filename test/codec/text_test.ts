/** Text of the wire: the short ways give what the long ones give. */
import { assertEquals, test } from "../_harness/mod.ts";
import { decodeText, encodeText, writeText } from "../../src/codec/text.ts";

const LETTERS = ["a", "\0", "\x7f", "\x80", "é", "漢", "🙂", "\ufeff"];

test("decodeText() reads UTF-8 of any length, and nothing around it", () => {
  for (const letter of LETTERS) {
    for (let count = 0; count < 100; count++) {
      const text = letter.repeat(count);
      const bytes = new TextEncoder().encode(`é${text}é`);
      assertEquals(decodeText(bytes, 2, bytes.length - 2), text);
    }
  }
});

test("decodeText() replaces what is no UTF-8", () => {
  for (const length of [3, 30]) {
    const bytes = new Uint8Array(length).fill(0x61);
    bytes[1] = 0xff;
    assertEquals(decodeText(bytes, 0, length), `a\ufffd${"a".repeat(length - 2)}`);
  }
});

test("writeText() writes UTF-8 of any length, and nothing around it", () => {
  for (const letter of LETTERS) {
    for (let count = 0; count < 100; count++) {
      const text = letter.repeat(count) + "x";
      const into = new Uint8Array(3 + 3 * text.length + 2);
      const end = writeText(text, into, 3);
      assertEquals(into.slice(3, end), encodeText(text));
      assertEquals(into.subarray(0, 3), new Uint8Array(3));
      assertEquals(into.subarray(end), new Uint8Array(into.length - end));
    }
  }
});

test("writeText() replaces half of a surrogate pair", () => {
  const into = new Uint8Array(20);
  assertEquals(writeText("a\ud83d", into, 0), 4);
  assertEquals(decodeText(into, 0, 4), "a\ufffd");
});
