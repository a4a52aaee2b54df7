/**
 * Bytes to packets and back, for tools of your own: proxies, recorders, servers. No socket, no
 * connection, nothing that knows a runtime.
 *
 * @example
 * ```ts
 * import { Command, commandName, createDecoder, Encoder } from "geartrain/codec";
 *
 * const encoder = new Encoder("req");
 * encoder.packet(Command.SUBMIT_JOB, ["reverse", "", "Hello!"]);
 *
 * const decoder = createDecoder("auto");
 * for (const chunk of encoder.take()) {
 *   decoder.push(chunk.slice(), {
 *     packet: (packet) => console.log(commandName(packet.type), packet.text(0), packet.text(2)),
 *     line: (line) => console.log(line),
 *     fault: (error) => console.error(error),
 *   }); // SUBMIT_JOB reverse Hello!
 * }
 * encoder.recycle();
 * ```
 *
 * @module
 */
export {
  type Argument,
  type CodecChoice,
  type CodecInfo,
  codecInfo,
  createDecoder,
  type Decoder,
  type DecoderOptions,
  Encoder,
  type LineEncoding,
  OWN_CHUNK_BYTES,
  Packet,
  type PacketSink,
} from "../../codec/mod.ts";
export {
  Command,
  type CommandName,
  commandName,
  type CommandRow,
  COMMANDS,
  type HandleRole,
} from "../../protocol/mod.ts";
export {
  type ErrorCode,
  GearmanError,
  type GearmanErrorOptions,
  type Outcome,
  ProtocolError,
  type ProtocolErrorCode,
  type ProtocolErrorOptions,
} from "../../errors.ts";
