/** Our job server in the process of the tests. In the bundle for workerd, `here_workerd.ts` takes this file's place. */
import { JobServer } from "../../mod.ts";
import type { OpenServer } from "./processes.ts";

/** Starts a server, on a free port for 0. Undefined where the runtime cannot listen. */
export type ListenHere = ((port: number) => Promise<OpenServer>) | undefined;

/** Starts one on the loopback address. */
export const listenHere: ListenHere = listen;

async function listen(port: number): Promise<OpenServer> {
  const server = await JobServer.listen({ port });
  const { address } = server;
  if ("path" in address) throw new Error(`Expected a port, got ${address.path}`);
  return { address, [Symbol.asyncDispose]: () => server.close() };
}
