/**
 * Which decoder a connection gets, and why.
 *
 * The kernel is embedded, and compiled on first use: importing the library costs nothing, and
 * needs no file and no permission. Where a runtime compiles nothing at run time, its entry hands
 * the compiled module in.
 *
 * @module
 */
import { wrongType } from "../misuse.ts";
import type { Decoder, DecoderOptions } from "./decoder.ts";
import { TsDecoder } from "./ts_decoder.ts";
import { BINARY_HASH, WASM_BASE64 } from "./wasm_bytes.ts";
import { WasmDecoder } from "./wasm_decoder.ts";

/** Which decoder to use; `"auto"` is the kernel where it is to be had. */
export type CodecChoice = "auto" | "wasm" | "ts";

/** Which decoder `"auto"` gives here. */
export interface CodecInfo {
  /** Which of the two it is. */
  readonly codec: "wasm" | "ts";
  /** Why, in words for a bug report. */
  readonly reason: string;
  /** SHA-256 of the embedded kernel, in hexadecimal. */
  readonly kernel: string;
}

/** `WebAssembly.Module`, in programs whose types know of it: those of some runtimes do not. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } }
  ? M
  : object;

/** The kernel, or why there is none. */
interface Loaded {
  readonly module?: CompiledModule;
  readonly reason: string;
  readonly cause?: unknown;
}

/** The same choice. Throws a `TypeError` for what is none. */
export function checkCodec(codec: CodecChoice): CodecChoice {
  if (codec === "auto" || codec === "wasm" || codec === "ts") return codec;
  throw wrongType('the codec "auto", "wasm" or "ts"', codec);
}

/** Gets the kernel once, and makes decoders. */
export class CodecLoader {
  readonly #compile: () => CompiledModule;
  #loaded: Loaded | undefined;

  /** @param compile Makes the kernel, or throws where the runtime will not. */
  constructor(compile: () => CompiledModule) {
    this.#compile = compile;
  }

  /** See {@linkcode createDecoder}. */
  create(codec: CodecChoice, options: DecoderOptions): Decoder {
    if (checkCodec(codec) === "ts") return new TsDecoder(options);
    if (codec === "auto" && this.#load().module === undefined) return new TsDecoder(options);
    return new WasmDecoder(this.module(), options);
  }

  /** See {@linkcode handInKernel}. */
  handIn(module: CompiledModule): void {
    this.#loaded = { module, reason: "The kernel was handed in, compiled" };
  }

  /** See {@linkcode codecInfo}. */
  info(): CodecInfo {
    const { module, reason } = this.#load();
    return { codec: module === undefined ? "ts" : "wasm", reason, kernel: BINARY_HASH };
  }

  /** The kernel. Throws an `Error` where there is none. */
  module(): CompiledModule {
    const { module, reason, cause } = this.#load();
    if (module !== undefined) return module;
    throw new Error(`Expected a runtime that compiles wasm, got one that does not: ${reason}`, {
      cause,
    });
  }

  #load(): Loaded {
    this.#loaded ??= this.#tryToCompile();
    return this.#loaded;
  }

  #tryToCompile(): Loaded {
    try {
      return { module: this.#compile(), reason: "The embedded kernel was compiled" };
    } catch (cause) {
      return { reason: `The embedded kernel was not compiled: ${cause}`, cause };
    }
  }
}

const loader = new CodecLoader(() =>
  new WebAssembly.Module(kernelBytes() as Uint8Array<ArrayBuffer>)
);

/**
 * A decoder for one connection. Throws an `Error` where `"wasm"` is asked for and cannot be had, a
 * `TypeError` where the codec is none of the three, and a `RangeError` where an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { createDecoder } from "geartrain/codec";
 *
 * const decoder = createDecoder("auto", { maxPacketBytes: 1_024 });
 * decoder.push(Uint8Array.of(0, 0x52, 0x45, 0x53, 0, 0, 0, 10, 0, 0, 0, 0), {
 *   packet: (packet) => console.log(packet.type), // 10, NO_JOB
 *   line: (line) => console.log(line),
 *   fault: (error) => console.error(error),
 * });
 * ```
 */
export function createDecoder(codec: CodecChoice, options: DecoderOptions = {}): Decoder {
  return loader.create(codec, options);
}

/** The kernel, compiled elsewhere: for entries of runtimes that compile nothing at run time. */
export function handInKernel(module: CompiledModule): void {
  loader.handIn(module);
}

/**
 * Which decoder `"auto"` gives in this process, and why. Compiles the kernel if nobody has yet.
 *
 * @example
 * ```ts
 * import { codecInfo } from "geartrain";
 *
 * const { codec, reason } = codecInfo();
 * console.log(codec, reason); // wasm The embedded kernel was compiled
 * ```
 */
export function codecInfo(): CodecInfo {
  return loader.info();
}

/** The kernel that this process uses. Throws an `Error` where there is none. */
export function kernelModule(): CompiledModule {
  return loader.module();
}

/** The bytes of the embedded kernel. */
export function kernelBytes(): Uint8Array {
  // Not every runtime has the built-in way yet.
  const builtIn = Uint8Array as unknown as {
    fromBase64?: (text: string) => Uint8Array;
  };
  if (builtIn.fromBase64 !== undefined) return builtIn.fromBase64(WASM_BASE64);
  return Uint8Array.from(atob(WASM_BASE64), (character) => character.charCodeAt(0));
}
