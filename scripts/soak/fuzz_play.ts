/**
 * Mutated packets and text lines on live connections, and a good client beside them: it never fails,
 * nothing hangs, and what the hostile ones leave behind does not grow.
 *
 * @module
 */
import type { Client } from "../../src/client/mod.ts";
import { joined } from "../../src/joined.ts";
import { Command, type CommandName, COMMANDS } from "../../src/protocol/mod.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { RawPeer, request } from "../../test/server/raw_peer.ts";

/** What is played, and with whom. */
export interface FuzzOptions {
  /** Mutated packets and lines to send. */
  readonly messages: number;
  readonly random: () => number;
  readonly tell?: (progress: string) => void;
  /** Connects to the server. */
  readonly connect: () => Promise<Socket>;
  /** A client of the same server, and a function that its worker doubles numbers with. */
  readonly client: Client;
  readonly functionName: string;
}

/** What was seen. */
export interface FuzzResult {
  readonly messages: number;
  readonly bytes: number;
  /** Connections that the server closed for what came. */
  readonly closed: number;
  /** Jobs of the good client, all with the right result. */
  readonly good: number;
  /** Functions that could not be dropped at the end. */
  readonly left: number;
}

const PEERS = 16;
const BURST = 64;

/** Messages between two sweeps. */
const SWEEP = 16_384;

/** Milliseconds in which the good client has its result, or the server hangs. */
const PATIENCE = 60_000;

/** Jobs that come first, so that no handle of the good client's is short enough to be guessed. */
const HEAD_START = 1_000;

const NAMES = Object.keys(COMMANDS) as CommandName[];
const FUNCTIONS = ["f0", "f1", "f2", "", "f\xff", "f 4"];
const UNIQUES = ["", "", "u1", "u2", "-", "u".repeat(63), "u".repeat(65)];
const NUMBERS = ["0", "1", "-1", "1000", "99999999999999999999", "1.5", ""];
const LINES = ["status", "workers", "prioritystatus", "version", "getpid", "verbose", "show jobs"];
const FUNCTION_LINES = [
  "maxqueue",
  "create function",
  "drop function",
  "show unique jobs",
  "cancel",
];

/** One hostile connection. What comes is thrown away. */
class Hostile {
  hasEnded = false;
  readonly #socket: Socket;
  readonly #space = new Uint8Array(4096);

  constructor(socket: Socket) {
    this.#socket = socket;
    const ended = () => void (this.hasEnded = true);
    socket.pump({ space: () => this.#space, filled: () => true, push: () => true, ended });
  }

  async send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#socket.write(bytes);
    } catch {
      this.hasEnded = true;
    }
  }

  leave(): void {
    this.#socket.destroy();
  }
}

/** Plays. Rejects when the good client fails, or waits too long. */
export async function fuzzLive(options: FuzzOptions): Promise<FuzzResult> {
  const { messages, random, tell, connect, client, functionName } = options;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  const peers: (Hostile | undefined)[] = Array(PEERS).fill(undefined);
  let [sent, bytes, closed, good] = [0, 0, 0, 0];
  const doubles = async (): Promise<void> => {
    const text = await client.submit(functionName, `${good}`, { timeout: PATIENCE }).text();
    if (text !== `${2 * good}`) throw new Error(`Expected ${2 * good}, got ${text}`);
    good++;
  };
  await Promise.all(
    Array.from({ length: HEAD_START }, () => client.submit(functionName, "0").text()),
  );
  let left = 0;
  try {
    while (sent < messages) {
      for (let i = 0; i < PEERS && sent < messages; i++) {
        if (peers[i]?.hasEnded) {
          closed++;
          peers[i] = void peers[i]!.leave();
        }
        peers[i] ??= new Hostile(await connect());
        const burst = joined(Array.from({ length: BURST }, () => message(random, pick)));
        await peers[i]!.send(burst);
        sent += BURST;
        bytes += burst.length;
        if (random() < 0.02) peers[i] = void peers[i]!.leave();
      }
      await doubles();
      if (sent % SWEEP < PEERS * BURST) {
        left = await sweep(connect, functionName);
        tell?.(`${sent} messages, ${good} good jobs, ${closed} connections closed`);
      }
    }
  } finally {
    for (const peer of peers) peer?.leave();
  }
  await doubles();
  left = await sweep(connect, functionName);
  return { messages: sent, bytes, closed, good, left };
}

/** Drops every function but the good one, as an administrator would; those with workers stay. Returns how many do. */
async function sweep(connect: () => Promise<Socket>, functionName: string): Promise<number> {
  const peer = new RawPeer(await connect());
  try {
    await peer.send("status\n");
    const names: string[] = [];
    for (let row = await peer.next(); row !== ".\\n"; row = await peer.next()) {
      const name = row.split("\t")[0];
      if (name !== functionName && /^[\x21-\x5b\x5d-\x7e\xa1-\xff]+$/.test(name)) names.push(name);
    }
    for (const name of names) {
      await peer.send(Uint8Array.from(`drop function ${name}\n`, (c) => c.charCodeAt(0)));
    }
    const answers = await peer.settle();
    return answers.filter((answer) => answer.startsWith("ERR")).length;
  } finally {
    await peer.close();
  }
}

function message(random: () => number, pick: <T>(from: readonly T[]) => T): Uint8Array {
  const kind = random();
  if (kind < 0.2) return line(random, pick);
  const packet = valid(random, pick);
  if (kind < 0.75) return packet;
  if (kind < 0.9) return flipped(packet, random);
  if (kind < 0.95) return packet.subarray(0, Math.floor(random() * packet.length));
  return Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => random() * 256);
}

function line(random: () => number, pick: <T>(from: readonly T[]) => T): Uint8Array {
  const text = random() < 0.9
    ? pick(LINES)
    : `${pick(FUNCTION_LINES)} ${pick(FUNCTIONS)} ${pick(NUMBERS)}`;
  const bytes = Uint8Array.from(`${text}${pick(["\n", "\r\n"])}`, (c) => c.charCodeAt(0));
  return random() < 0.3 ? flipped(bytes, random) : bytes;
}

/** A request whose frame is good, of any type, with what might stand in it. */
function valid(random: () => number, pick: <T>(from: readonly T[]) => T): Uint8Array {
  const name = pick(NAMES);
  const row = COMMANDS[name] as { readonly args: readonly string[]; readonly data?: string };
  const args = row.args.map((arg) => {
    if (arg === "function" || arg === "reducer") return pick(FUNCTIONS);
    if (arg === "unique") return pick(UNIQUES);
    if (arg === "handle") return `H:geartrain:${1 + Math.floor(random() * 99)}`;
    if (arg === "option") return pick(["exceptions", "other"]);
    return pick(NUMBERS);
  });
  if (row.data !== undefined) args.push("w".repeat(Math.floor(random() ** 4 * 300)));
  return request(Command[name], ...args);
}

function flipped(from: Uint8Array, random: () => number): Uint8Array {
  const bytes = from.slice();
  for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--) {
    bytes[Math.floor(random() * bytes.length)] = random() * 256;
  }
  // A large size only waits: nothing would be tried on that connection any more.
  if (bytes[0] === 0 && bytes.length >= 12) bytes[8] = bytes[9] = 0;
  return bytes;
}
