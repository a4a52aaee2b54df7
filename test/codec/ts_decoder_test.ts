/** The TypeScript decoder under the suite that both decoders pass. */
import { assertEquals, test } from "../_harness/mod.ts";
import { TsDecoder } from "../../src/codec/ts_decoder.ts";
import { decoderSuite } from "./decoder_suite.ts";

decoderSuite("ts", (options) => new TsDecoder(options));

test("TsDecoder takes more memory for a connection only when reads fill what it has", () => {
  const decoder = new TsDecoder({ text: true });
  const sink = { packet() {}, line() {}, fault() {} };
  for (const size of [1024, 16 * 1024, 64 * 1024, 64 * 1024]) {
    const space = decoder.space();
    assertEquals(space.length, size);
    space.fill(0x0a);
    // Almost full is no reason.
    decoder.filled(size - 1, sink);
    assertEquals(decoder.space().length, size);
    decoder.space().fill(0x0a);
    decoder.filled(size, sink);
  }
});
