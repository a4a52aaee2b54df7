/** Which runtime the tests run on, and its version, asked of the runtime itself. */
import { setting } from "./settings.ts";

/** The reason of what Node 20 leaves to the current Node. */
export const LEFT_TO_CURRENT_NODE = "left to the current Node";

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

/**
 * Why a test is left to the current Node, or false: for the `skip` of what costs much, and which one
 * Node does as the other. The run fails where it was left to the other and did not pass there.
 */
export const leftToCurrentNode: string | false = runtime.name === "node" &&
  runtime.version.startsWith("20.") && LEFT_TO_CURRENT_NODE;
