/**
 * From an address to a live link.
 *
 * @module
 */
import { GearmanError, LinkError } from "../errors.ts";
import { checkCodec } from "../codec/mod.ts";
import { checkFunction, type OptionNames } from "../misuse.ts";
import { Command, packetLimit } from "../protocol/mod.ts";
import {
  type Address,
  addressText,
  DEFAULT_DIAL_TIMEOUT,
  type Dial,
  type Socket,
  wantsTls,
} from "../sockets/socket.ts";
import { checkClock, checkPeriod, checkTimeout, systemClock } from "./clock.ts";
import { Link, type LinkOptions } from "./link.ts";

/** Milliseconds after which a link has proved itself: the next failure is the first again. */
export const STEADY_AFTER = 10_000;

/** What clients, workers and admin clients can be told about their links. */
export interface ConnectOptions extends Pick<LinkOptions, "codec" | "maxPacketBytes" | "clock"> {
  /** How sockets are opened. */
  readonly dial: Dial;
  /** Milliseconds in which a dial must succeed. Default 10,000. */
  readonly dialTimeout?: number;
  /**
   * Milliseconds for which a server that owes an answer may be silent, or Infinity. Default 30,000.
   * One that is silent for longer is taken for dead: the link to it ends.
   */
  readonly answerTimeout?: number;
  /**
   * Milliseconds for which nothing came on a link of a client or a worker before it asks for a sign
   * of life, 1 or more, or Infinity for never. Default 20,000. The answer is due within
   * `answerTimeout`: a link that died without a word is found within the sum of the two.
   */
  readonly heartbeat?: number;
}

/** Their names. */
export const CONNECT_OPTIONS: OptionNames<ConnectOptions> = {
  codec: true,
  maxPacketBytes: true,
  clock: true,
  dial: true,
  dialTimeout: true,
  answerTimeout: true,
  heartbeat: true,
};

/** Milliseconds that {@linkcode ConnectOptions.answerTimeout} is by default. */
export const DEFAULT_ANSWER_TIMEOUT = 30_000;

/** Milliseconds that {@linkcode ConnectOptions.heartbeat} is by default. */
export const DEFAULT_HEARTBEAT = 20_000;

/** Dials. Rejects with a {@linkcode GearmanError}, or with the signal's reason. */
export async function connect(
  address: Address,
  options: ConnectOptions,
  signal: AbortSignal,
  wanted: Pick<LinkOptions, "text" | "slots" | "maxLineBytes"> = {},
): Promise<Link> {
  const { dial, dialTimeout = DEFAULT_DIAL_TIMEOUT, clock = systemClock } = options;
  const { codec, maxPacketBytes } = options;
  signal.throwIfAborted();
  const until = clock.now() + dialTimeout;
  let socket: Socket | undefined;
  try {
    socket = await dial(address, { signal, timeout: dialTimeout });
    signal.throwIfAborted();
    const link = new Link(socket, {
      role: "peer",
      codec,
      maxPacketBytes,
      clock,
      ...wanted,
    });
    // In what the handshake has left of the time.
    if (wantsTls(address)) await roundTrip(link, clock, Math.max(0, until - clock.now()), signal);
    return link;
  } catch (error) {
    socket?.destroy();
    if (error instanceof GearmanError || error === signal.reason) throw error;
    const message = `Dialling ${addressText(address)} failed`;
    throw new LinkError("IO", message, { cause: error });
  }
}

/** Throws a `TypeError` or `RangeError` for options that no dial could use. */
export function checkConnectOptions(options: ConnectOptions): void {
  const { codec = "auto", dialTimeout = DEFAULT_DIAL_TIMEOUT, maxPacketBytes } = options;
  const { answerTimeout = DEFAULT_ANSWER_TIMEOUT, heartbeat = DEFAULT_HEARTBEAT } = options;
  const { dial, clock = systemClock } = options;
  checkFunction(dial, "dial");
  checkClock(clock);
  checkCodec(codec);
  checkTimeout(dialTimeout, "dialTimeout");
  checkTimeout(answerTimeout, "answerTimeout");
  checkPeriod(heartbeat, "heartbeat");
  packetLimit(maxPacketBytes);
}

/**
 * An echo there and back. Under TLS 1.3 a server that refuses our certificate says so after our
 * side of the handshake is over: only an answer proves that requests will be heard.
 */
function roundTrip(
  link: Link,
  clock: NonNullable<LinkOptions["clock"]>,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => link.destroy(signal.reason);
    const stopTimer = clock.after(timeout, () => {
      const where = addressText(link.remote);
      link.destroy(
        new LinkError("DIAL_TIMEOUT", `Expected "${where}" to answer in time, it did not`),
      );
    });
    const done = () => {
      stopTimer();
      signal.removeEventListener("abort", giveUp);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    link.receive({
      packet: () => {
        done();
        resolve();
      },
      line: (line) => link.destroy(new LinkError("IO", `Expected an echo, got "${line}"`)),
      closed: (reason) => {
        done();
        reject(signal.aborted ? reason : refusal(link.remote, reason));
      },
    });
    link.send(Command.ECHO_REQ, [""]);
  });
}

/**
 * What an end in place of the echo means. A runtime that shows the server's alert has said so, with
 * code `TLS`; where it shows none, or the server sends none, the likeliest reason has to do.
 */
function refusal(remote: Address, reason: GearmanError | undefined): GearmanError | undefined {
  const isBare = reason instanceof LinkError &&
    (reason.code === "CLOSED" || reason.code === "RESET");
  if (!isBare) return reason;
  const where = addressText(remote);
  const shown = "tls" in remote && remote.tls?.cert !== undefined;
  const why = shown ? "may not accept our certificate" : "may want a certificate of us";
  const message = `Expected "${where}" to answer after the TLS handshake, it hung up: it ${why}`;
  return new LinkError("TLS", message, { cause: reason });
}
