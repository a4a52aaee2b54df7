/** The decoder over the kernel under the suite that both decoders pass, and the seeds it gives its kernel. */
import { assertNotEquals, test } from "../_harness/mod.ts";
import type { Decoder } from "../../src/codec/mod.ts";
import { createDecoder } from "../../src/codec/load.ts";
import { decoderSuite } from "./decoder_suite.ts";

decoderSuite("wasm", (options) => createDecoder("wasm", options));

test("every decoder seeds its kernel anew, and reset() as well", () => {
  // All of linear memory after the same calls: nothing but the seed makes a difference.
  const memoryOf = (decoder: Decoder) => {
    decoder.register(new TextEncoder().encode("H:host.example:17"));
    return new Uint8Array(decoder.space().buffer).slice();
  };
  const decoder = createDecoder("wasm");
  const first = memoryOf(decoder);
  assertNotEquals(memoryOf(createDecoder("wasm")), first);
  decoder.reset();
  assertNotEquals(memoryOf(decoder), first);
});
