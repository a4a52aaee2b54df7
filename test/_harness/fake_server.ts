/** A job server that does what a test says: one script for each connection, packet by packet. */
import type { Packet } from "../../src/codec/mod.ts";
import type { GearmanError } from "../../src/errors.ts";
import { Link } from "../../src/link/mod.ts";
import { Command, type CommandName, commandName } from "../../src/protocol/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Address, Dial, Socket } from "../../src/sockets/socket.ts";

/** A packet that came, or a line. */
export interface Received {
  readonly name: CommandName | "line";
  /** The arguments as text, or the line. */
  readonly args: readonly string[];
}

/** One connection, as its script sees it. */
export class FakePeer {
  readonly #link: Link;
  readonly #received: Received[] = [];
  #wake: (() => void) | undefined;
  #hasGone = false;
  #hasPackets = false;
  /**
   * What it says by itself to the line "version"; false: the script sees the line. Default: 2.0.0 to
   * those who have sent packets, as workers have, who may ask at any time.
   */
  version: string | false | undefined;
  /** Resolves when the other side has gone. */
  readonly gone: Promise<GearmanError | undefined>;

  constructor(socket: Socket) {
    this.#link = new Link(socket, { role: "server", codec: "ts", slots: false, text: true });
    this.gone = new Promise((resolve) => {
      this.#link.receive({
        packet: (packet) => {
          this.#hasPackets = true;
          this.#take(kept(packet));
        },
        line: (line) => {
          const version = this.version ?? (this.#hasPackets && "2.0.0");
          if (line === "version" && version) this.#link.text(`OK ${version}\n`);
          else this.#take({ name: "line", args: [line] });
        },
        closed: (reason) => {
          this.#hasGone = true;
          this.#wake?.();
          resolve(reason);
        },
      });
    });
  }

  /** The next packet or line. Rejects when the other side has gone. */
  async next(): Promise<Received> {
    while (this.#received.length === 0) {
      if (this.#hasGone) throw new Error("Expected another packet, the other side has gone");
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#received.shift()!;
  }

  /** The arguments of what comes next, which must be of that name. */
  async expect(name: Received["name"]): Promise<readonly string[]> {
    const received = await this.next();
    if (received.name !== name) throw new Error(`Expected ${name}, got ${received.name}`);
    return received.args;
  }

  /** Sends a packet; it has left when this resolves. */
  send(name: CommandName, ...args: (string | Uint8Array)[]): Promise<void> {
    if (args.length === 0) this.#link.bare(Command[name]);
    else this.#link.send(Command[name], args);
    return this.#link.flushed();
  }

  /** Sends bytes as they are, inside a packet or outside of any. */
  relay(name: CommandName, body: Uint8Array): Promise<void> {
    this.#link.relay(Command[name], body);
    return this.#link.flushed();
  }

  /** Sends text, or any bytes, outside of packets. */
  text(text: string | Uint8Array): Promise<void> {
    this.#link.text(text);
    return this.#link.flushed();
  }

  /** Leaves in good order. */
  leave(): Promise<void> {
    return this.#link.close();
  }

  /** Hangs up at once. */
  hangUp(): void {
    this.#link.destroy();
  }

  #take(received: Received): void {
    this.#received.push(received);
    this.#wake?.();
  }
}

function kept(packet: Packet): Received {
  const args: string[] = [];
  for (let i = 0; i < packet.arity; i++) args.push(packet.text(i));
  return { name: commandName(packet.type)!, args };
}

/** What one connection experiences. */
export type Script = (peer: FakePeer) => Promise<void> | void;

/** A fake server, on a network of its own. */
export interface FakeServer extends AsyncDisposable {
  readonly address: Address;
  readonly dial: Dial;
  /** Resolves when every script has run; rejects with the first failure of one. */
  readonly done: Promise<unknown>;
}

/**
 * Listens, and plays the first script to the first connection, the second to the second. A
 * connection beyond the last script is hung up on. At the end of its script a connection stays
 * open.
 */
export async function fakeServer(scripts: readonly Script[]): Promise<FakeServer> {
  const network = memoryNetwork();
  const peers: FakePeer[] = [];
  const plays = scripts.map(() => withResolvers());
  const listener = await network.listen({ host: "127.0.0.1", port: 0 }, (socket) => {
    const peer = new FakePeer(socket);
    const index = peers.push(peer) - 1;
    if (index >= scripts.length) return peer.hangUp();
    Promise.resolve(scripts[index](peer)).then(plays[index].resolve, plays[index].reject);
  });
  const done = Promise.all(plays.map((play) => play.promise));
  done.catch(() => {});
  return {
    address: listener.address,
    dial: network.dial,
    done,
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.hangUp();
      await listener.close();
    },
  };
}

/** `Promise.withResolvers()`, which Node 20 has not. */
function withResolvers() {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
