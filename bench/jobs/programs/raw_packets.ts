/** As little of the protocol as a bound needs: where packets begin, and ready-made ones. */
import { HEADER_BYTES, MAGIC_REQ } from "../../../src/protocol/mod.ts";

/** Bytes of a body that are shown: a handle and the NUL behind it fit in. */
const SHOWN_BYTES = 64;

/** Sees a packet's type, and where its body begins in `bytes`. */
export type OnPacket = (type: number, bytes: Uint8Array, at: number) => void;

/** Finds packets in reads by the sizes in their headers, and passes over bodies unread. */
export class Finder {
  readonly #onPacket: OnPacket;
  /** The beginning of a packet that a read has cut. */
  readonly #carry = new Uint8Array(HEADER_BYTES + SHOWN_BYTES);
  #carried = 0;
  /** Bytes still to come of a body that has been shown. */
  #skip = 0;

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket;
  }

  /** Shows the packets that begin in the first `length` bytes. */
  read(bytes: Uint8Array, length: number): void {
    let at = this.#carried > 0 ? this.#complete(bytes, length) : this.#skip;
    while (at + HEADER_BYTES <= length) {
      const size = sizeAt(bytes, at);
      if (at + HEADER_BYTES + Math.min(size, SHOWN_BYTES) > length) break;
      this.#onPacket(bytes[at + 7], bytes, at + HEADER_BYTES);
      at += HEADER_BYTES + size;
    }
    this.#skip = Math.max(0, at - length);
    for (; at < length; at++) this.#carry[this.#carried++] = bytes[at];
  }

  /** Shows the packet that was cut. Returns where the one behind it begins. */
  #complete(bytes: Uint8Array, length: number): number {
    const carry = this.#carry;
    for (let at = 0; at < length; at++) {
      carry[this.#carried++] = bytes[at];
      if (this.#carried < HEADER_BYTES) continue;
      const size = sizeAt(carry, 0);
      const shown = Math.min(size, SHOWN_BYTES);
      if (this.#carried < HEADER_BYTES + shown) continue;
      this.#carried = 0;
      this.#onPacket(carry[7], carry, HEADER_BYTES);
      return at + 1 + size - shown;
    }
    return length;
  }
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return bytes[at + 8] * 0x1000000 + (bytes[at + 9] << 16 | bytes[at + 10] << 8 | bytes[at + 11]);
}

/** A request whose body is ready. */
export function request(type: number, body: string | Uint8Array = ""): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const packet = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(packet.buffer);
  view.setUint32(0, MAGIC_REQ);
  view.setUint32(4, type);
  view.setUint32(8, bytes.length);
  packet.set(bytes, HEADER_BYTES);
  return packet;
}

/** The same bytes, several times over. */
export function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}
