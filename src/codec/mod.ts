/** Bytes to packets and back: what the other rooms may use of the codec. */
export { copyBytes } from "./copy.ts";
export type { Decoder, DecoderOptions, PacketSink } from "./decoder.ts";
export type { LineEncoding } from "./lines.ts";
export { Packet } from "./packet.ts";
export { type Argument, Encoder, OWN_CHUNK_BYTES } from "./encoder.ts";
export {
  checkCodec,
  type CodecChoice,
  type CodecInfo,
  codecInfo,
  createDecoder,
  handInKernel,
} from "./load.ts";
export { decodeText } from "./text.ts";
