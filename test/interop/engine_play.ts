/** Plays a script of raw requests to a server, and writes down what every peer heard. */
import type { Address, Dial } from "../../src/sockets/socket.ts";
import type { TestContext } from "../_harness/mod.ts";
import { CLOSED, RawPeer, request } from "../server/raw_peer.ts";
import type { Step } from "./engine_scripts.ts";

/** What every peer heard, step by step. */
export type Transcript = string[];

/** Plays the steps one by one; each is over for everybody before the next begins. */
export async function play(
  t: TestContext,
  dial: Dial,
  address: Address,
  steps: readonly Step[],
): Promise<Transcript> {
  const transcript: Transcript = [];
  const peers = new Map<string, RawPeer>();
  const connect = async (): Promise<RawPeer> => {
    const peer = t.use(new RawPeer(await dial(address)));
    await peer.settle();
    return peer;
  };
  const observer = await connect();
  for (const [who, what, ...args] of steps) {
    let peer = peers.get(who);
    if (peer === undefined) {
      peer = await connect();
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
  if (what === "bytes") {
    return Uint8Array.from(args[0].split(" "), (digits) => parseInt(digits, 16));
  }
  if (what === "type") return request(Number(args[0]), ...args.slice(1));
  if (what !== "response") return request(what, ...args);
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
