/** One end of a socket in bytes: what must come, to the byte, and what is sent. */
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import type { Address, Dial, Socket } from "../../../src/sockets/socket.ts";
import { Inbox } from "../../_harness/inbox.ts";

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hexadecimal digits as bytes. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** One end. */
export class BytePeer {
  readonly #socket: Socket;
  readonly #inbox = new Inbox();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pump(this.#inbox);
  }

  /** Sends bytes. */
  async send(hex: string): Promise<void> {
    await this.#socket.write(bytesOf(hex));
  }

  /** The next packet, header and body. Empty: the other end has closed. */
  async packet(): Promise<string> {
    const header = await this.#take(12);
    if (header.length < 12) return "";
    const size = new DataView(header.buffer).getUint32(8);
    return hexOf(header) + hexOf(await this.#take(size));
  }

  /** Closes. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#inbox.unread.length < count && !this.#inbox.hasEnded) {
      await this.#inbox.changed();
    }
    const taken = this.#inbox.unread.slice(0, count);
    this.#inbox.unread = this.#inbox.unread.slice(count);
    return taken;
  }
}

/** Something that listens, and plays a script to the first who connects. */
export interface ByteServer extends AsyncDisposable {
  readonly address: Address;
  readonly dial: Dial;
  /** Resolves when the script has run; rejects when it fails. */
  readonly done: Promise<void>;
}

/** Listens, and plays the script to the first who connects. */
export async function byteServer(
  script: (peer: BytePeer) => Promise<void>,
): Promise<ByteServer> {
  const network = memoryNetwork();
  let peer: BytePeer | undefined;
  let play!: (done: Promise<void>) => void;
  const done = new Promise<void>((resolve) => play = resolve);
  done.catch(() => {});
  const listener = await network.listen({ host: "127.0.0.1", port: 0 }, (socket) => {
    peer = new BytePeer(socket);
    play(script(peer));
  });
  return {
    address: listener.address,
    dial: network.dial,
    done,
    async [Symbol.asyncDispose]() {
      peer?.destroy();
      await listener.close();
    },
  };
}
