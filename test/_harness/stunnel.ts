/** TLS in front of a server that speaks none: a stunnel of our own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { host } from "./host.ts";
import { type RunningServer, startProgram } from "./processes.ts";

/** What a stunnel shows, and what it wants to see. PEM texts. */
export interface StunnelTls {
  readonly cert: string;
  readonly key: string;
  /** When given, a client must show a certificate that this one has signed. */
  readonly ca?: string;
}

/** Starts a stunnel on the loopback address that hands on to `to`, and waits until it listens. */
export async function startStunnel(
  to: { readonly host: string; readonly port: number },
  { cert, key, ca }: StunnelTls,
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "geartrain-stunnel-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const port = await host.freePort();
  const settings = [
    "foreground = yes",
    "pid =",
    "debug = 6",
    "[gearman]",
    `accept = 127.0.0.1:${port}`,
    `connect = ${to.host}:${to.port}`,
    `cert = ${file("cert.pem", cert)}`,
    `key = ${file("key.pem", key)}`,
    ...ca === undefined ? [] : [`CAfile = ${file("ca.pem", ca)}`, "verifyChain = yes"],
  ];
  const program = await startProgram({ run: "stunnel", args: [file("conf", settings.join("\n"))] });
  const log: string[] = [];
  for (let line = await program.errorLine(); line !== undefined; line = await program.errorLine()) {
    log.push(line);
    if (!line.includes("bound to")) continue;
    return {
      address: { host: "127.0.0.1", port },
      program,
      async [Symbol.asyncDispose]() {
        await program[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true });
      },
    };
  }
  throw new Error(`Expected stunnel to listen on port ${port}, it ended:\n${log.join("\n")}`);
}
