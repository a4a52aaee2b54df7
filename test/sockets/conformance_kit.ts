/**
 * What the parts of the sockets conformance share: the subject, and short ways to do with it what
 * most tests do.
 *
 * @module
 */
import {
  assertEquals,
  assertRejects,
  assertSameBytes,
  pattern,
  type TestContext,
} from "../_harness/mod.ts";
import { LinkError, type LinkErrorCode } from "../../src/errors.ts";
import type { Address, Dial, Listen, ListenAddress, Socket } from "../../src/sockets/socket.ts";
import type { Peer, PeerName } from "./peers.ts";
import { Reader } from "./reader.ts";

/** The adapter under test. */
export interface Subject {
  /** Stands in front of every test's name. */
  readonly name: string;
  readonly dial: Dial;
  /** Left out where the runtime cannot listen. */
  readonly listen?: Listen;
  /** Starts a far end, on this runtime or another. */
  readonly start: (name: PeerName, at?: ListenAddress) => Promise<Peer>;
}

/** What an adapter can do. */
export interface Abilities {
  readonly unix: boolean;
  /** Names are looked up. */
  readonly names: boolean;
  /** The runtime says why a dial failed. Otherwise that is `UNREACHABLE`. */
  readonly reasons: boolean;
  /** Whether ::1 can be reached. */
  readonly ipv6: boolean;
  /** A peer that closes with bytes unread resets the connection, and a reader always hears of it. */
  readonly resets: boolean;
  /** TLS with authorities and certificates of the caller's choice. */
  readonly tls: boolean;
}

/** Where tests listen. */
export const LOOPBACK = { host: "127.0.0.1", port: 0 } as const;

/** For a test's options: skips it where the adapter lacks something. */
export function needsOf(
  { name }: Subject,
  can: Abilities,
  ability: keyof Abilities,
): { skip: string | false } {
  return { skip: can[ability] ? false : `${name} does not do ${ability}` };
}

/** What most tests do with a subject. */
export interface Kit {
  /** Dials, pumps into a reader, and checks the reader's notes at the end of the test. */
  connect(
    t: TestContext,
    to: Address,
    reader?: Reader,
  ): Promise<{ socket: Socket; reader: Reader }>;
  /** Listens with the adapter under test, and gives the first connection from both ends. */
  pair(t: TestContext): Promise<{ near: Socket; far: Socket }>;
  /** Sends so many bytes to an echo and has them back. */
  roundTrip(t: TestContext, to: Address, size?: number): Promise<void>;
}

/** The short ways for a subject. */
export function kitFor({ dial, listen }: Subject): Kit {
  async function connect(
    t: TestContext,
    to: Address,
    reader = new Reader(),
  ): Promise<{ socket: Socket; reader: Reader }> {
    const socket = t.use(closing(await dial(to)));
    pump(t, socket, reader);
    return { socket, reader };
  }

  async function pair(t: TestContext): Promise<{ near: Socket; far: Socket }> {
    let arrived: (socket: Socket) => void;
    const accepted = new Promise<Socket>((resolve) => arrived = resolve);
    const listener = t.use(await listen!(LOOPBACK, (socket) => arrived(socket)));
    const near = t.use(closing(await dial(listener.address)));
    return { near, far: t.use(closing(await accepted)) };
  }

  async function roundTrip(t: TestContext, to: Address, size = 1000): Promise<void> {
    const { socket, reader } = await connect(t, to);
    const sent = pattern(size);
    await socket.write(sent);
    await reader.has(size);
    await socket.close();
    assertSameBytes(reader.bytes, sent);
  }

  return { connect, pair, roundTrip };
}

/** For `t.use()`: a socket is closed by `destroy()`, whatever state it is in. */
export function closing(socket: Socket): Socket & Disposable {
  return Object.assign(socket, { [Symbol.dispose]: () => socket.destroy() });
}

/** Pumps, and asserts at the end of the test that the socket kept to the contract. */
export function pump(t: TestContext, socket: Socket, reader: Reader): Reader {
  t.use({ close: () => assertEquals(reader.faults, []) });
  socket.pump(reader);
  return reader;
}

/** Asserts that it rejects with a LinkError of that code. */
export async function assertCode(code: LinkErrorCode, act: () => Promise<unknown>): Promise<void> {
  const error = await assertRejects(act, LinkError);
  assertEquals(error.code, code, error.message);
}
