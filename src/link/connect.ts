/**
 * From an address to a live link.
 *
 * @module
 */
import { GearmanError, LinkError } from "../errors.ts";
import { type Address, addressText, type Dial } from "../sockets/socket.ts";
import { Link, type LinkOptions } from "./link.ts";

/** What clients, workers and admin clients can be told about their links. */
export interface ConnectOptions
  extends Pick<LinkOptions, "codec" | "kernel" | "maxPacketBytes" | "clock"> {
  /** How sockets are opened. */
  readonly dial: Dial;
  /** Milliseconds in which a dial must succeed. Default 10,000. */
  readonly dialTimeout?: number;
}

/** Dials. Rejects with a {@linkcode GearmanError}, or with the signal's reason. */
export async function connect(
  address: Address,
  options: ConnectOptions,
  signal: AbortSignal,
  wanted: Pick<LinkOptions, "text" | "slots"> = {},
): Promise<Link> {
  const { dial, dialTimeout, codec, kernel, maxPacketBytes, clock } = options;
  signal.throwIfAborted();
  try {
    const socket = await dial(address, { signal, timeout: dialTimeout });
    return new Link(socket, { role: "peer", codec, kernel, maxPacketBytes, clock, ...wanted });
  } catch (error) {
    if (error instanceof GearmanError || error === signal.reason) throw error;
    const message = `Dialling ${addressText(address)} failed`;
    throw new LinkError("IO", message, { cause: error });
  }
}
