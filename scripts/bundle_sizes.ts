/**
 * What a program carries that uses a part of the package and lets a bundler drop the rest: bytes,
 * minified, and the limits that they must keep.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

/** A program, and the bytes that it may have. */
interface Program {
  readonly name: string;
  readonly code: string;
  /** Whether the kernel's bytes are left out. */
  readonly isWithoutKernel?: boolean;
  /** What it is bundled for, where that is not every runtime. */
  readonly condition?: string;
  /** The most bytes, minified. */
  readonly limit: number;
}

/** How large a program is. */
export interface Size extends Program {
  readonly bytes: number;
  readonly gzipped: number;
}

const KIB = 1_024;

const CLIENT = `
import { Client } from "./src/client/mod.ts";
import { dial } from "./src/sockets/node.ts";
export const client = new Client({ servers: "127.0.0.1", dial });
`;

const WORKER = `
import { Worker } from "./src/worker/mod.ts";
import { dial } from "./src/sockets/node.ts";
export const worker = new Worker({ servers: "127.0.0.1", dial });
`;

const ADMIN = `
import { Admin } from "./src/admin/mod.ts";
import { dial } from "./src/sockets/node.ts";
export const admin = new Admin({ server: "127.0.0.1", dial });
`;

/** What one writes: from the built package, with the adapters of all runtimes, or with workerd's. */
const PUBLISHED = `
import { Client } from "geartrain";
export const client = new Client({ servers: "127.0.0.1" });
`;

/**
 * Limits are what there is and little more: they are here so that growth is a decision. A client
 * is four times what its first plan hoped for, 20 KiB; docs/decisions.md says what it is
 * made of.
 */
const PROGRAMS: readonly Program[] = [
  {
    name: "client, one adapter, no kernel",
    code: CLIENT,
    isWithoutKernel: true,
    limit: 84 * KIB,
  },
  { name: "client, one adapter", code: CLIENT, limit: 92 * KIB },
  { name: "worker, one adapter", code: WORKER, limit: 76 * KIB },
  { name: "admin, one adapter", code: ADMIN, limit: 60 * KIB },
  { name: "client of the package", code: PUBLISHED, limit: 108 * KIB },
  { name: "client on workerd", code: PUBLISHED, condition: "workerd", limit: 92 * KIB },
];

/** Measures every program. */
export function bundleSizes(): Promise<Size[]> {
  return Promise.all(PROGRAMS.map(async (program) => {
    const { outputFiles: [{ contents }] } = await build({
      stdin: { contents: program.code, resolveDir: ".", loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      conditions: program.condition === undefined ? [] : [program.condition],
      external: ["node:*", "bun:*", "cloudflare:*", "*.wasm"],
      plugins: program.isWithoutKernel ? [withoutKernel] : [],
      write: false,
      logLevel: "error",
    });
    return { ...program, bytes: contents.length, gzipped: gzipSync(contents).length };
  }));
}

/** One line for a size. */
export function sizeText({ name, bytes, gzipped, limit }: Size): string {
  const text = (count: number) => `${(count / KIB).toFixed(1).padStart(5)} KiB`;
  return `${name.padEnd(30)} ${text(bytes)} minified, ${text(gzipped)} gzipped, limit ${
    text(limit)
  }`;
}

const withoutKernel: Plugin = {
  name: "without the kernel's bytes",
  setup({ onLoad }): void {
    onLoad({ filter: /wasm_bytes\.ts$/ }, () => ({
      contents: 'export const WASM_BASE64 = "", BINARY_HASH = "";',
    }));
  },
};
