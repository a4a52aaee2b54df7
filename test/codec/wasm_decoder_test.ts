/** The decoder over the kernel under the suite that both decoders pass. */
import { createDecoder } from "../../src/codec/load.ts";
import { decoderSuite } from "./decoder_suite.ts";

decoderSuite("wasm", (options) => createDecoder("wasm", options));
