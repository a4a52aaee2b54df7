/** The TypeScript decoder under the suite that both decoders pass. */
import { TsDecoder } from "../../src/codec/ts_decoder.ts";
import { decoderSuite } from "./decoder_suite.ts";

decoderSuite("ts", (options) => new TsDecoder(options));
