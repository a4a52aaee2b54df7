/** Which runtime the tests run on, and its version, asked of the runtime itself. */
import { setting } from "./settings.ts";

/** The four runtimes of the suite. */
export type RuntimeName = "deno" | "bun" | "node" | "workerd";

/** A runtime by name and version. */
export interface Runtime {
  readonly name: RuntimeName;
  /** As the runtime gives it. Code on workerd cannot ask; there it is what its program answers. */
  readonly version: string;
}

interface Globals {
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly navigator?: { readonly userAgent?: string };
}

function detect(): Runtime {
  const { Deno, Bun, process, navigator } = globalThis as unknown as Globals;
  // Deno and Bun answer to Node's signs too, so Node is asked last.
  if (Deno !== undefined) return { name: "deno", version: Deno.version.deno };
  if (Bun !== undefined) return { name: "bun", version: Bun.version };
  if (navigator?.userAgent === "Cloudflare-Workers") {
    return { name: "workerd", version: setting("GEARTRAIN_WORKERD_VERSION") ?? "" };
  }
  return { name: "node", version: process?.versions?.node ?? "" };
}

/** The runtime that this test file runs on. */
export const runtime: Runtime = detect();
