/**
 * Which decoder a connection gets, and why.
 *
 * The kernel is embedded, and compiled on first use: importing the library costs nothing, and
 * needs no file and no permission. Where a runtime compiles nothing at run time, its entry hands
 * the compiled module in.
 *
 * @module
 */
import { got } from "../errors.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";
import { TsDecoder } from "./ts_decoder.ts";
import { BINARY_HASH, WASM_BASE64 } from "./wasm_bytes.ts";
import { WasmDecoder } from "./wasm_decoder.ts";

/** Which decoder to use; `"auto"` is the kernel where it is to be had. */
export type CodecChoice = "auto" | "wasm" | "ts";

/** Which decoder `"auto"` gives here. */
export interface CodecInfo {
  readonly codec: "wasm" | "ts";
  /** Why, in words for a bug report. */
  readonly reason: string;
  /** SHA-256 of the embedded kernel, in hexadecimal. */
  readonly kernel: string;
}

/** The kernel, or why there is none. */
interface Loaded {
  readonly module?: WebAssembly.Module;
  readonly reason: string;
  readonly cause?: unknown;
}

let loaded: Loaded | undefined;

/**
 * A decoder for one connection. `module` is the kernel, compiled elsewhere.
 *
 * Throws an `Error` where `"wasm"` is asked for and cannot be had, and a `RangeError` where an
 * option is out of range.
 */
export function createDecoder(
  codec: CodecChoice,
  options: DecoderOptions = {},
  module?: WebAssembly.Module,
): Decoder {
  if (codec === "ts") return new TsDecoder(options);
  if (codec !== "auto" && codec !== "wasm") {
    throw new TypeError(`Expected the codec "auto", "wasm" or "ts", got ${got(codec)}`);
  }
  if (module !== undefined && loaded?.module === undefined) {
    loaded = { module, reason: "The kernel was handed in compiled" };
  }
  const kernel = load();
  const found = module ?? kernel.module;
  if (found !== undefined) return new WasmDecoder(found, options);
  if (codec === "auto") return new TsDecoder(options);
  throw new Error(`Expected a runtime that compiles wasm, got none: ${kernel.reason}`, {
    cause: kernel.cause,
  });
}

/** Which decoder `"auto"` gives in this process, and why. Compiles the kernel if nobody has yet. */
export function codecInfo(): CodecInfo {
  const { module, reason } = load();
  return { codec: module === undefined ? "ts" : "wasm", reason, kernel: BINARY_HASH };
}

function load(): Loaded {
  loaded ??= compile();
  return loaded;
}

function compile(): Loaded {
  try {
    const module = new WebAssembly.Module(fromBase64(WASM_BASE64));
    return { module, reason: "The embedded kernel was compiled" };
  } catch (cause) {
    return { reason: `The embedded kernel was not compiled: ${cause}`, cause };
  }
}

/** Not every runtime has the built-in way yet. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const builtIn = Uint8Array as unknown as {
    fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
  };
  if (builtIn.fromBase64 !== undefined) return builtIn.fromBase64(text);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
