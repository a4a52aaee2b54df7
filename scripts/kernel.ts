/** The compiled kernel as a file, for workerd, which takes wasm as a module and in no other way. */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";

/** The file's name in every bundle. */
export const KERNEL_FILE = "codec.wasm";

/** The bytes that are embedded in the library. */
export function kernelBytes(): Uint8Array {
  const source = readFileSync("src/codec/wasm_bytes.ts", "utf8");
  const [, base64] = /WASM_BASE64: string = `([^`]*)`/.exec(source) ?? [];
  if (base64 === undefined) throw new Error("Expected WASM_BASE64 in wasm_bytes.ts, found none");
  return Buffer.from(base64, "base64");
}
