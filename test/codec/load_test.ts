/** Choosing a decoder: what is asked for, what the runtime allows, what is handed in. */
import { assertEquals, assertMatch, assertThrows, test } from "../_harness/mod.ts";
import {
  codecInfo,
  CodecLoader,
  createDecoder,
  kernelBytes,
  kernelModule,
} from "../../src/codec/load.ts";
import { BINARY_HASH } from "../../src/codec/wasm_bytes.ts";

/** As on a runtime that refuses to compile. */
function refusing(): CodecLoader {
  return new CodecLoader(() => {
    throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
  });
}

test("createDecoder() gives the decoder that is asked for, and the kernel for auto", () => {
  assertEquals(createDecoder("ts").codec, "ts");
  assertEquals(createDecoder("wasm").codec, "wasm");
  assertEquals(createDecoder("auto").codec, "wasm");
  assertEquals(codecInfo().codec, "wasm");
  assertEquals(codecInfo().kernel, BINARY_HASH);
});

test("createDecoder() gives auto the TypeScript decoder where nothing is compiled", () => {
  const loader = refusing();
  assertEquals(loader.create("auto", {}).codec, "ts");
  assertEquals(loader.info().codec, "ts");
  assertMatch(loader.info().reason, /not compiled: .*disallowed by embedder/);
});

test("createDecoder() throws where the kernel is asked for and nothing is compiled", () => {
  assertThrows(
    () => refusing().create("wasm", {}),
    Error,
    "Expected a runtime that compiles wasm, got one that does not",
  );
});

test("handInKernel() gives the kernel where nothing is compiled", () => {
  const loader = refusing();
  assertEquals(loader.create("auto", {}).codec, "ts");
  loader.handIn(kernelModule());
  assertEquals(loader.create("auto", {}).codec, "wasm");
  assertEquals(loader.create("wasm", {}).codec, "wasm");
  assertEquals(loader.info().codec, "wasm");
  assertMatch(loader.info().reason, /handed in/);
});

test("createDecoder() compiles once, and only when the kernel is wanted", () => {
  let compiled = 0;
  const loader = new CodecLoader(() => {
    compiled++;
    return kernelModule();
  });
  loader.create("ts", {});
  assertEquals(compiled, 0);
  loader.create("auto", {});
  loader.create("wasm", {});
  loader.info();
  assertEquals(compiled, 1);
});

test("createDecoder() refuses a codec that there is not", () => {
  assertThrows(
    () => createDecoder("fast" as "auto"),
    TypeError,
    'Expected the codec "auto", "wasm" or "ts", got "fast"',
  );
});

test("kernelBytes() gives the binary that was hashed when it was made", async () => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", kernelBytes().slice()));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  assertEquals(hash, BINARY_HASH);
});
