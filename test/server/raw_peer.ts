/** A peer that speaks to a server in bytes, with nothing of ours between it and the socket but the socket itself. */
import { Command, type CommandName, commandName } from "../../src/protocol/mod.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { Inbox } from "../_harness/inbox.ts";

const encoder = new TextEncoder();

/** The bytes of a request. Arguments are joined by NULs. */
export function request(name: CommandName | number, ...args: readonly string[]): Uint8Array {
  const body = encoder.encode(args.join("\0"));
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x00524551);
  view.setUint32(4, typeof name === "number" ? name : Command[name]);
  view.setUint32(8, body.length);
  bytes.set(body, 12);
  return bytes;
}

/** What came: a packet as `NAME body`, with NULs as `\0`, or a line of text with its ending as `\r\n` or `\n`. */
export type Heard = string;

/** What {@linkcode RawPeer.next} gives when the server has closed the connection. */
export const CLOSED: Heard = "(closed)";

/** One connection to a server. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #inbox = new Inbox();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pump(this.#inbox);
  }

  /** Sends bytes, or text as it is. A server that has gone does not make it throw. */
  async send(bytes: Uint8Array | string): Promise<void> {
    try {
      await this.#socket.write(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
    } catch {
      // Then the end is what `next()` tells.
    }
  }

  /** The next packet or line. */
  async next(): Promise<Heard> {
    for (;;) {
      const heard = this.#take();
      if (heard !== undefined) return heard;
      if (this.#inbox.hasEnded) return CLOSED;
      await this.#inbox.changed();
    }
  }

  /** All that comes before the answer to an ECHO_REQ that is sent now. */
  async settle(): Promise<Heard[]> {
    await this.send(request("ECHO_REQ", "settled"));
    const heard: Heard[] = [];
    for (;;) {
      const next = await this.next();
      if (next === "ECHO_RES settled") return heard;
      heard.push(next);
      if (next === CLOSED) return heard;
    }
  }

  /** Closes the connection. */
  close(): Promise<void> {
    return this.#socket.close();
  }

  #take(): Heard | undefined {
    const bytes = this.#inbox.unread;
    if (bytes.length === 0) return undefined;
    if (bytes[0] !== 0) {
      const end = bytes.indexOf(0x0a) + 1;
      if (end === 0) return undefined;
      this.#inbox.unread = bytes.slice(end);
      return printable(bytes.subarray(0, end));
    }
    if (bytes.length < 12) return undefined;
    const view = new DataView(bytes.buffer);
    const end = 12 + view.getUint32(8);
    if (bytes.length < end) return undefined;
    this.#inbox.unread = bytes.slice(end);
    const magic = printable(bytes.subarray(0, 4));
    if (magic !== "\\0RES") return `${magic}?`;
    const name = commandName(view.getUint32(4));
    const body = printable(bytes.subarray(12, end));
    return body === "" ? `${name}` : `${name} ${body}`;
  }
}

function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0) text += "\\0";
    else if (byte === 0x0a) text += "\\n";
    else if (byte === 0x0d) text += "\\r";
    else text += String.fromCharCode(byte);
  }
  return text;
}
