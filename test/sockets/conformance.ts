/**
 * What every adapter must do, as one suite. An adapter that lacks something says so in a flag.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { LinkError, type LinkErrorCode } from "../../src/errors.ts";
import type {
  Address,
  Dial,
  DialTls,
  Listen,
  ListenAddress,
  Socket,
  TcpAddress,
} from "../../src/sockets/socket.ts";
import { CA, CLIENT_CERT, CLIENT_KEY, OTHER_CA, SERVER_CERT, SERVER_KEY } from "./certificates.ts";
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
  /** A peer that closes with bytes unread resets the connection, and does not finish first. */
  readonly resets: boolean;
  /** TLS with authorities and certificates of the caller's choice. */
  readonly tls: boolean;
}

const SERVER_TLS = { cert: SERVER_CERT, key: SERVER_KEY } as const;
const LOOPBACK = { host: "127.0.0.1", port: 0 } as const;

/** Registers the suite. */
export function socketConformance(subject: Subject, can: Abilities): void {
  const { name, dial, listen, start } = subject;
  const needs = (ability: keyof Abilities): { skip: string | false } => ({
    skip: can[ability] ? false : `${name} does not do ${ability}`,
  });
  const refused = can.reasons ? "REFUSED" : "UNREACHABLE";
  const unknownHost = can.reasons ? "UNKNOWN_HOST" : "UNREACHABLE";
  const listening = { skip: listen === undefined && `${name} does not listen` } as const;

  /** Dials, pumps into a reader, and checks the reader's notes at the end of the test. */
  async function connect(
    t: TestContext,
    to: Address,
    reader = new Reader(),
  ): Promise<{ socket: Socket; reader: Reader }> {
    const socket = t.use(closing(await dial(to)));
    pump(t, socket, reader);
    return { socket, reader };
  }

  /** Listens with the adapter under test, and gives the first connection from both ends. */
  async function pair(t: TestContext): Promise<{ near: Socket; far: Socket }> {
    let arrived: (socket: Socket) => void;
    const accepted = new Promise<Socket>((resolve) => arrived = resolve);
    const listener = t.use(await listen!(LOOPBACK, (socket) => arrived(socket)));
    const near = t.use(closing(await dial(listener.address)));
    return { near, far: t.use(closing(await accepted)) };
  }

  test(`${name} dial() gives a socket that knows whom it dialled`, async (t) => {
    const peer = t.use(await start("echo"));
    const { socket } = await connect(t, peer.address);
    assertEquals(socket.remote, peer.address);
  });

  for (const mebibytes of [1, 16]) {
    test(`${name} write() carries ${mebibytes} MiB each way`, async (t) => {
      const peer = t.use(await start("echo"));
      const { socket, reader } = await connect(t, peer.address);
      const sent = pattern(mebibytes * 2 ** 20);
      await socket.write(sent);
      await socket.finish();
      assertEquals(await reader.end, undefined);
      assertSameBytes(reader.bytes, sent);
    });
  }

  test(`${name} write() keeps the order of many small writes`, async (t) => {
    const peer = t.use(await start("echo"));
    const { socket, reader } = await connect(t, peer.address);
    const sent = pattern(200_000);
    const scratch = new Uint8Array(64);
    for (let at = 0, size = 1; at < sent.length; at += size, size = size % 40 + 1) {
      const part = sent.subarray(at, at + size);
      scratch.set(part);
      // The memory is reused as soon as the contract allows.
      await socket.write(scratch.subarray(0, part.length));
    }
    await socket.finish();
    await reader.end;
    assertSameBytes(reader.bytes, sent);
  });

  test(`${name} write() takes no bytes for no effect`, async (t) => {
    const peer = t.use(await start("count"));
    const { socket, reader } = await connect(t, peer.address);
    await socket.write(new Uint8Array(0));
    await socket.finish();
    await reader.end;
    assertEquals(reader.text, "0");
  });

  test(`${name} finish() leaves the other way open`, async (t) => {
    const peer = t.use(await start("count"));
    const { socket, reader } = await connect(t, peer.address);
    await socket.write(pattern(100_000));
    await socket.finish();
    assertEquals(await reader.end, undefined);
    assertEquals(reader.text, "100000");
  });

  test(`${name} write() goes on after the peer has finished`, async (t) => {
    const peer = t.use(await start("parting"));
    const first = await connect(t, peer.address);
    assertEquals(await first.reader.end, undefined);
    await first.socket.write(pattern(100_000));
    await first.socket.finish();
    const second = await connect(t, peer.address);
    await second.reader.end;
    assertEquals(second.reader.text, "100000");
  });

  test(`${name} write() after finish() rejects with CLOSED`, async (t) => {
    const peer = t.use(await start("silent"));
    const { socket } = await connect(t, peer.address);
    await socket.finish();
    await assertCode("CLOSED", async () => await socket.write(pattern(1)));
  });

  test(`${name} resume() goes on where a stop was, with nothing lost`, async (t) => {
    const peer = t.use(await start("echo"));
    const reader: Reader = new Reader(() => {
      if (reader.reads % 3 !== 0) return true;
      queueMicrotask(() => {
        reader.resuming();
        socket.resume();
      });
      return false;
    });
    const { socket } = await connect(t, peer.address, reader);
    const sent = pattern(2 ** 20);
    await socket.write(sent);
    await socket.finish();
    assertEquals(await reader.end, undefined);
    assertSameBytes(reader.bytes, sent);
  });

  test(`${name} Sink that says stop gets nothing until resume()`, async (t) => {
    const peer = t.use(await start("echo"));
    const reader = new Reader(() => false);
    const { socket } = await connect(t, peer.address, reader);
    await socket.write(pattern(50_000));
    await socket.finish();
    await reader.has(1);
    // A round trip of another socket: time enough for a second read that must not come.
    await roundTrip(t, peer.address);
    assertEquals(reader.reads, 1);
    while (reader.length < 50_000) {
      const { reads } = reader;
      const next = reader.has(reader.length + 1);
      reader.resuming();
      socket.resume();
      await next;
      assertEquals(reader.reads, reads + 1);
    }
    reader.resuming();
    socket.resume();
    assertEquals(await reader.end, undefined);
    assertSameBytes(reader.bytes, pattern(50_000));
  });

  test(`${name} write() waits while the peer does not read`, async (t) => {
    const peer = t.use(await start("silent"));
    const { socket } = await connect(t, peer.address);
    let taken = false;
    const write = Promise.resolve(socket.write(pattern(64 * 2 ** 20))).then(() => taken = true);
    write.catch(() => {});
    const echo = t.use(await start("echo"));
    await roundTrip(t, echo.address);
    assertEquals(taken, false);
    socket.destroy();
    await assertCode("CLOSED", () => write);
  });

  test(`${name} dial() opens many sockets at once`, async (t) => {
    const peer = t.use(await start("echo"));
    await Promise.all(Array.from({ length: 50 }, () => roundTrip(t, peer.address)));
  });

  test(`${name} dial() says that nobody listens`, async () => {
    const peer = await start("echo");
    await peer.close();
    await assertCode(refused, () => dial(peer.address));
  });

  test(
    `${name} dial() says that a name has no address`,
    needs("names"),
    async () => {
      await assertCode(unknownHost, () => dial({ host: "nobody.invalid", port: 4730 }));
    },
  );

  test(`${name} dial() looks up a name`, needs("names"), async (t) => {
    const peer = t.use(await start("echo"));
    await roundTrip(t, { ...(peer.address as TcpAddress), host: "localhost" });
  });

  test(`${name} dial() speaks IPv6`, needs("ipv6"), async (t) => {
    const peer = t.use(await start("echo", { host: "::1", port: 0 }));
    assertEquals((peer.address as TcpAddress).host, "::1");
    await roundTrip(t, peer.address);
  });

  test(`${name} dial() of an aborted signal rejects with its reason`, async () => {
    const reason = new Error("No longer wanted");
    const signal = AbortSignal.abort(reason);
    const error = await assertRejects(() => dial({ host: "127.0.0.1", port: 1 }, { signal }));
    assertStrictEquals(error, reason);
  });

  test(`${name} dial() that is aborted rejects with the signal's reason`, async (t) => {
    const peer = t.use(await start("echo"));
    const caller = new AbortController();
    const dialling = dial(peer.address, { signal: caller.signal });
    const reason = new Error("No longer wanted");
    caller.abort(reason);
    assertStrictEquals(await assertRejects(() => dialling), reason);
  });

  test(`${name} dial() does not hold on to its signal`, async (t) => {
    const peer = t.use(await start("echo"));
    const caller = new AbortController();
    const socket = t.use(closing(await dial(peer.address, { signal: caller.signal })));
    caller.abort();
    const reader = pump(t, socket, new Reader());
    await socket.write(pattern(10));
    await reader.has(10);
  });

  test(`${name} Sink hears RESET, and writes settle, when the peer resets`, async (t) => {
    const peer = t.use(await start("reset"));
    const { socket, reader } = await connect(t, peer.address);
    const write = Promise.resolve(socket.write(pattern(16 * 2 ** 20)));
    await assertCode("RESET", () => write);
    const reason = await reader.end;
    if (can.resets || reason !== undefined) assertEquals(reason?.code, "RESET");
    await assertRejects(async () => await socket.write(pattern(1)), LinkError);
    await assertRejects(() => socket.finish(), LinkError);
    await socket.close();
  });

  test(`${name} close() may be called twice, and destroy() at any time`, async (t) => {
    const peer = t.use(await start("echo"));
    const { socket, reader } = await connect(t, peer.address);
    await Promise.all([socket.close(), socket.close()]);
    assertEquals((await reader.end)?.code, "CLOSED");
    socket.destroy();
    socket.destroy();
    socket.resume();
    await socket.close();
    await assertCode("CLOSED", async () => await socket.write(pattern(1)));
  });

  test(`${name} destroy() settles a write and a close() that wait`, async (t) => {
    const peer = t.use(await start("silent"));
    const { socket, reader } = await connect(t, peer.address);
    const write = Promise.resolve(socket.write(pattern(64 * 2 ** 20)));
    const closed = socket.close();
    socket.destroy();
    await assertCode("CLOSED", () => write);
    await closed;
    assertEquals((await reader.end)?.code, "CLOSED");
  });

  test(`${name} destroy() within a read lets nothing follow`, async (t) => {
    const peer = t.use(await start("echo"));
    const reader: Reader = new Reader(() => {
      socket.destroy();
      return true;
    });
    const { socket } = await connect(t, peer.address, reader);
    await socket.write(pattern(1000));
    assertEquals((await reader.end)?.code, "CLOSED");
    assertEquals(reader.reads, 1);
  });

  test(`${name} pump() of a socket that is closed tells its end`, async (t) => {
    const peer = t.use(await start("echo"));
    const socket = await dial(peer.address);
    socket.destroy();
    await socket.close();
    assertEquals((await pump(t, socket, new Reader()).end)?.code, "CLOSED");
  });

  test(`${name} close() sends what was written, then ends cleanly`, listening, async (t) => {
    const { near, far } = await pair(t);
    const nearReader = pump(t, near, new Reader());
    const reader = pump(t, far, new Reader());
    const sent = pattern(2 ** 20);
    const write = near.write(sent);
    const closed = near.close();
    assertEquals(await reader.end, undefined);
    assertSameBytes(reader.bytes, sent);
    await Promise.all([write, closed]);
    assertEquals((await nearReader.end)?.code, "CLOSED");
  });

  test(`${name} destroy() is heard by the peer`, listening, async (t) => {
    const { near, far } = await pair(t);
    pump(t, near, new Reader());
    const reader = pump(t, far, new Reader());
    near.destroy();
    const reason = await reader.end;
    assert(reason === undefined || reason.code === "RESET");
  });

  test(
    `${name} Listen gives sockets on which nothing is lost before pump()`,
    listening,
    async (t) => {
      const { near, far } = await pair(t);
      pump(t, near, new Reader());
      await near.write(pattern(1000));
      await near.finish();
      const echo = t.use(await start("echo"));
      await roundTrip(t, echo.address);
      const reader = pump(t, far, new Reader());
      assertEquals(await reader.end, undefined);
      assertSameBytes(reader.bytes, pattern(1000));
    },
  );

  test(
    `${name} Listener.close() accepts no more, and leaves open what is`,
    listening,
    async (t) => {
      let arrived: (socket: Socket) => void;
      const accepted = new Promise<Socket>((resolve) => arrived = resolve);
      const listener = await listen!(LOOPBACK, (socket) => arrived(socket));
      const near = t.use(closing(await dial(listener.address)));
      const far = t.use(closing(await accepted));
      await listener.close();
      await assertCode("REFUSED", () => dial(listener.address));
      const reader = pump(t, far, new Reader());
      pump(t, near, new Reader());
      await near.write(pattern(1000));
      await reader.has(1000);
    },
  );

  test(
    `${name} listen() rejects with ADDRESS_IN_USE where somebody listens`,
    listening,
    async (t) => {
      const { host, port } = t.use(await listen!(LOOPBACK, () => {})).address as TcpAddress;
      await assertCode("ADDRESS_IN_USE", () => listen!({ host, port }, () => {}));
    },
  );

  test(`${name} dial() speaks to unix sockets`, needs("unix"), async (t) => {
    const peer = t.use(await start("echo", { path: unixPath() }));
    await roundTrip(t, peer.address);
  });

  test(
    `${name} dial() rejects with REFUSED where there is no unix socket`,
    needs("unix"),
    async () => {
      await assertCode("REFUSED", () => dial({ path: unixPath() }));
    },
  );

  test(`${name} Listener.close() removes the path of a unix socket`, needs("unix"), async () => {
    const path = unixPath();
    for (let round = 0; round < 2; round++) {
      const listener = await listen!({ path }, () => {});
      assertEquals(listener.address, { path });
      await assertCode("ADDRESS_IN_USE", () => listen!({ path }, () => {}));
      await listener.close();
    }
  });

  test(`${name} write() with TLS waits while the peer does not read`, needs("tls"), async (t) => {
    const at = { ...LOOPBACK, tls: SERVER_TLS };
    const { address } = t.use(await start("silent", at));
    const { socket } = await connect(t, { ...(address as TcpAddress), tls: { ca: CA } });
    let taken = false;
    const write = Promise.resolve(socket.write(pattern(32 * 2 ** 20))).then(() => taken = true);
    write.catch(() => {});
    const echo = t.use(await start("echo"));
    await roundTrip(t, echo.address);
    assertEquals(taken, false);
    socket.destroy();
    await assertCode("CLOSED", () => write);
  });

  /** The address of a TLS peer, with the TLS of the dialling kind. */
  async function tlsPeer(t: TestContext, tls: DialTls, clientCa?: string): Promise<TcpAddress> {
    const at = { ...LOOPBACK, tls: { ...SERVER_TLS, ca: clientCa } };
    const { address } = t.use(await start("echo", at));
    const { host, port } = address as TcpAddress;
    return { host, port, tls };
  }

  test(`${name} dial() with TLS trusts the authority it is given`, needs("tls"), async (t) => {
    await roundTrip(t, await tlsPeer(t, { ca: CA }), 2 ** 20);
    await roundTrip(t, await tlsPeer(t, { ca: [OTHER_CA, CA] }));
  });

  test(
    `${name} close() with TLS sends what was written, then ends cleanly`,
    needs("tls"),
    async (t) => {
      let arrived: (socket: Socket) => void;
      const accepted = new Promise<Socket>((resolve) => arrived = resolve);
      const listener = t.use(await listen!({ ...LOOPBACK, tls: SERVER_TLS }, (s) => arrived(s)));
      const to = { ...(listener.address as TcpAddress), tls: { ca: CA } };
      const near = t.use(closing(await dial(to)));
      const far = t.use(closing(await accepted));
      const nearReader = pump(t, near, new Reader());
      const reader = pump(t, far, new Reader());
      // What TLS sends after the handshake counts as unread bytes: see close().
      await far.write(pattern(1));
      await nearReader.has(1);
      const sent = pattern(2 ** 20);
      const write = near.write(sent);
      await near.close();
      await write;
      assertEquals(await reader.end, undefined);
      assertSameBytes(reader.bytes, sent);
    },
  );

  test(`${name} dial() with TLS finishes one way at a time`, needs("tls"), async (t) => {
    const { socket, reader } = await connect(t, await tlsPeer(t, { ca: CA }));
    const sent = pattern(2 ** 20);
    await socket.write(sent);
    await socket.finish();
    assertEquals(await reader.end, undefined);
    assertSameBytes(reader.bytes, sent);
  });

  test(`${name} dial() with TLS trusts no other authority`, needs("tls"), async (t) => {
    const foreign = await tlsPeer(t, { ca: OTHER_CA });
    await assertCode("TLS", () => dial(foreign));
    const systemOnly = await tlsPeer(t, {});
    await assertCode("TLS", () => dial(systemOnly));
  });

  test(`${name} dial() with TLS checks the name it is given`, needs("tls"), async (t) => {
    await roundTrip(t, await tlsPeer(t, { ca: CA, serverName: "gearman.test" }));
    const wrong = await tlsPeer(t, { ca: CA, serverName: "wrong.test" });
    await assertCode("TLS", () => dial(wrong));
  });

  test(`${name} dial() with TLS shows its certificate`, needs("tls"), async (t) => {
    const tls = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
    await roundTrip(t, await tlsPeer(t, tls, CA));
  });

  test(
    `${name} dial() with TLS comes to nothing without the certificate demanded`,
    needs("tls"),
    async (t) => {
      const to = await tlsPeer(t, { ca: CA }, CA);
      assertEquals(await bytesRead(t, to), 0);
    },
  );

  test(
    `${name} dial() with TLS comes to nothing with a certificate of another authority`,
    needs("tls"),
    async (t) => {
      const to = await tlsPeer(t, { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY }, OTHER_CA);
      assertEquals(await bytesRead(t, to), 0);
    },
  );

  test(
    `${name} dial() with TLS rejects with TLS what is no certificate`,
    needs("tls"),
    async (t) => {
      const to = await tlsPeer(t, { ca: CA, cert: "no certificate", key: "no key" });
      await assertCode("TLS", () => dial(to));
    },
  );

  test(
    `${name} listen() with TLS rejects with TLS what is no certificate`,
    needs("tls"),
    async () => {
      const at = { ...LOOPBACK, tls: { cert: "no certificate", key: "no key" } };
      await assertCode("TLS", () => listen!(at, () => {}));
    },
  );

  test(`${name} dial() with TLS rejects with TLS where none is spoken`, needs("tls"), async (t) => {
    const { address } = t.use(await start("reset"));
    await assertCode("TLS", () => dial({ ...(address as TcpAddress), tls: { ca: CA } }));
  });

  test(
    `${name} dial() rejects with DIAL_TIMEOUT when the peer keeps silent`,
    needs("tls"),
    async (t) => {
      const { address } = t.use(await start("silent"));
      const to = { ...(address as TcpAddress), tls: { ca: CA } };
      await assertCode("DIAL_TIMEOUT", () => dial(to, { timeout: 50 }));
    },
  );

  test(`${name} dial() can be aborted within the handshake`, needs("tls"), async (t) => {
    let arrived: () => void;
    const accepted = new Promise<void>((resolve) => arrived = resolve);
    const reader = new Reader();
    const listener = t.use(
      await listen!(LOOPBACK, (socket) => {
        pump(t, t.use(closing(socket)), reader);
        arrived();
      }),
    );
    const caller = new AbortController();
    const to = { ...(listener.address as TcpAddress), tls: { ca: CA } };
    const dialling = dial(to, { signal: caller.signal });
    await accepted;
    const reason = new Error("No longer wanted");
    caller.abort(reason);
    assertStrictEquals(await assertRejects(() => dialling), reason);
    await reader.end;
  });

  /** Dials, sends something, and gives the number of bytes that came until the end. */
  async function bytesRead(t: TestContext, to: Address): Promise<number> {
    let socket: Socket;
    try {
      socket = t.use(closing(await dial(to)));
    } catch (error) {
      assertInstanceOf(error, LinkError);
      assertEquals(error.code, "TLS");
      return 0;
    }
    const reader = pump(t, socket, new Reader());
    await Promise.resolve(socket.write(pattern(10))).catch(() => {});
    const reason = await reader.end;
    assert(reason === undefined || reason.code === "TLS" || reason.code === "RESET");
    return reader.length;
  }

  async function roundTrip(t: TestContext, to: Address, size = 1000): Promise<void> {
    const { socket, reader } = await connect(t, to);
    const sent = pattern(size);
    await socket.write(sent);
    await reader.has(size);
    await socket.close();
    assertSameBytes(reader.bytes, sent);
  }
}

/** For `t.use()`: a socket is closed by `destroy()`, whatever state it is in. */
function closing(socket: Socket): Socket & Disposable {
  return Object.assign(socket, { [Symbol.dispose]: () => socket.destroy() });
}

/** Pumps, and asserts at the end of the test that the socket kept to the contract. */
function pump(t: TestContext, socket: Socket, reader: Reader): Reader {
  t.use({ close: () => assertEquals(reader.faults, []) });
  socket.pump(reader);
  return reader;
}

async function assertCode(code: LinkErrorCode, act: () => Promise<unknown>): Promise<void> {
  const error = await assertRejects(act, LinkError);
  assertEquals(error.code, code, error.message);
}

/** Bytes whose order shows: the period is prime. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i % 251;
  return bytes;
}

/** As `assertEquals`, at a speed for megabytes. */
function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  assertEquals(at, -1, `Expected the same bytes, got another at ${at}`);
}

function unixPath(): string {
  return `/tmp/geartrain-${crypto.randomUUID()}.sock`;
}
