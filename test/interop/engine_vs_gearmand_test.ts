/**
 * The same bytes sent to gearmand and to our server, and every answer compared byte for byte. The
 * scripts follow the sections of the protocol's description; where we differ on purpose, the script
 * names its row of `docs/server-differences.md`, and fails when the difference is gone.
 */
import { JobServer } from "../../src/server/mod.ts";
import type { Address, Dial } from "../../src/sockets/socket.ts";
import type { CommandName } from "../../src/protocol/mod.ts";
import {
  assertEquals,
  assertNotEquals,
  missing,
  startGearmand,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { dial, listen } from "../../src/sockets/detect.ts";
import { CLOSED, RawPeer, request } from "../server/raw_peer.ts";
import { SCRIPTS, type Step } from "./engine_scripts.ts";

/** What every peer heard, step by step. */
type Transcript = string[];

for (const { name, steps, differs } of SCRIPTS) {
  const title = differs === undefined ? `answers as gearmand does: ${name}` : `differs: ${name}`;
  test(
    `JobServer ${title}`,
    { skip: missing("gearmand"), on: ["deno", "bun", "node"] },
    async (t) => {
      const gearmand = t.use(await startGearmand({ args: ["--job-handle-prefix=H:x"] }));
      const server = t.use(await JobServer.listen({ listen, handlePrefix: "H:x" }));
      const theirs = await play(t, dial, gearmand.address, steps);
      const ours = await play(t, dial, server.address, steps);
      if (differs === undefined) assertEquals(ours, theirs);
      else assertNotEquals(ours, theirs, `Expected difference ${differs}, got none`);
    },
  );
}

async function play(
  t: TestContext,
  dial: Dial,
  address: Address,
  steps: readonly Step[],
): Promise<Transcript> {
  const transcript: Transcript = [];
  const observer = t.use(new RawPeer(await dial(address)));
  const peers = new Map<string, RawPeer>();
  for (const [who, what, ...args] of steps) {
    let peer = peers.get(who);
    if (peer === undefined) {
      peer = t.use(new RawPeer(await dial(address)));
      peers.set(who, peer);
    }
    if (what === "leaves") {
      await peer.close();
      peers.delete(who);
      await untilConnected(observer, peers.size + 1);
    } else {
      await peer.send(bytesOf(what, args));
    }
    transcript.push(`${who}: ${what} ${args.join("|")}`);
    // The actor first: once it is answered, the server has carried out the step for everybody.
    for (const [name, other] of [[who, peer] as const, ...peers]) {
      if (!peers.has(name)) continue;
      for (const heard of normalised(await other.settle())) transcript.push(`  ${name} < ${heard}`);
      if (transcript.at(-1) === `  ${name} < ${CLOSED}`) peers.delete(name);
    }
  }
  return transcript;
}

function bytesOf(what: Exclude<Step[1], "leaves">, args: readonly string[]): Uint8Array | string {
  if (what === "text") return args[0];
  if (what === "type") return request(Number(args[0]), ...args.slice(1));
  if (what !== "response") return request(what satisfies CommandName, ...args);
  const bytes = request(Number(args[0]), ...args.slice(1));
  bytes[3] = "S".charCodeAt(0);
  return bytes;
}

/** Waits until the server knows of that many connections: it hears of an end in its own time. */
async function untilConnected(observer: RawPeer, count: number): Promise<void> {
  for (;;) {
    await observer.send("workers\n");
    let rows = 0;
    while (await observer.next() !== ".\\n") rows++;
    if (rows === count) return;
  }
}

/** Rows come in the order of a hash, and begin with a file descriptor in `workers`. */
function normalised(heard: readonly string[]): string[] {
  const isRow = (line: string) => line.includes("\t") || / :.*\\n$/.test(line);
  const rows = heard.filter(isRow).map((line) => line.replace(/^\d+ (?=\S+ .*:)/, "# ")).sort();
  return heard.map((line) => isRow(line) ? rows.shift()! : line);
}
