/**
 * Finds out which runtime this is, and uses its adapter: the only place that does. An adapter is
 * loaded when it is first used.
 *
 * @module
 */
import { LinkError } from "../errors.ts";
import type {
  Address,
  Dial,
  DialOptions,
  Listen,
  ListenAddress,
  Listener,
  Lobby,
  Socket,
} from "./socket.ts";

/** A runtime, by its own account. */
export interface Runtime {
  readonly name: "deno" | "bun" | "workerd" | "node";
  /** Without a leading `v`. Empty on workerd, which does not tell. */
  readonly version: string;
}

/** Where the runtimes say what they are. */
interface Signs {
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: { readonly versions?: { readonly node?: string }; readonly pid?: number };
}

interface Adapter {
  readonly dial: Dial;
  readonly listen?: Listen;
}

/** Asks the runtime for its name and version. */
export function runtime(): Runtime {
  const { Deno, Bun, navigator, process } = globalThis as unknown as Signs;
  // In this order: Deno and Bun answer to Node's signs too, and so may workerd.
  if (Deno !== undefined) return { name: "deno", version: Deno.version.deno };
  if (Bun !== undefined) return { name: "bun", version: Bun.version };
  if (navigator?.userAgent === "Cloudflare-Workers") return { name: "workerd", version: "" };
  return { name: "node", version: process?.versions?.node ?? "" };
}

/** The number of this process; 0 where there is none. */
export function processId(): number {
  return (globalThis as unknown as Signs).process?.pid ?? 0;
}

function adapter(): Promise<Adapter> {
  switch (runtime().name) {
    case "deno":
      return import("./deno.ts");
    case "bun":
      return import("./bun.ts");
    case "workerd":
      return import("./workerd.ts");
    case "node":
      return import("./node.ts");
  }
}

/** Dials with the adapter of this runtime. See {@linkcode Dial}. */
export async function dial(to: Address, options?: DialOptions): Promise<Socket> {
  return (await adapter()).dial(to, options);
}

/** Listens with the adapter of this runtime. See {@linkcode Listen}. `UNSUPPORTED` on workerd. */
export async function listen(
  at: ListenAddress,
  accept: (socket: Socket) => void,
  lobby?: Lobby,
): Promise<Listener> {
  const { listen } = await adapter();
  if (listen !== undefined) return listen(at, accept, lobby);
  throw new LinkError("UNSUPPORTED", `Expected a runtime that can listen, got ${runtime().name}`);
}
