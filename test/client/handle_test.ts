/** Handles as tasks hold them. */
import { assertEquals, test } from "../_harness/mod.ts";
import { HandleReader, handleText } from "../../src/client/handle.ts";
import type { Packet } from "../../src/codec/mod.ts";

const encoder = new TextEncoder();

test("a handle comes out as it went in, whatever it ends in and whichever came before it", () => {
  const handles = new HandleReader();
  const texts = ["H:a:1", "H:a:23", "H:a:007", "H:a:0", "H:a:00", "H:a:", "12", "0", "no number"];
  const more = [
    "H:b:1",
    "H:é:4",
    "H:a:999999999",
    "H:a:12345678901234567890",
    "H:a:1000000000",
    "H:a:1",
  ];
  const read = [...texts, ...more].map((text) => {
    const bytes = encoder.encode(`in front of it${text}behind it`);
    const start = 14;
    const end = bytes.length - 9;
    handles.read({ bytes, startOf: () => start, endOf: () => end } as unknown as Packet);
    return { prefix: handles.prefix, number: handles.number };
  });
  assertEquals(read.map(({ prefix, number }) => handleText(prefix, number)), [...texts, ...more]);
  assertEquals(read[1], { prefix: "H:a:", number: 23 });
});
