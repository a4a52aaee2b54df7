/**
 * The part of the sockets conformance that is about TLS.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertSameBytes,
  assertStrictEquals,
  pattern,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { Address, DialTls, Socket, TcpAddress } from "../../src/sockets/socket.ts";
import {
  CA,
  CLIENT_CERT,
  CLIENT_FINGERPRINT,
  CLIENT_KEY,
  OTHER_CA,
  SERVER_CERT,
  SERVER_KEY,
} from "./certificates.ts";
import {
  type Abilities,
  assertCode,
  closing,
  kitFor,
  LOOPBACK,
  needsOf,
  pump,
  type Subject,
} from "./conformance_kit.ts";
import { Reader } from "./reader.ts";

const SERVER_TLS = { cert: SERVER_CERT, key: SERVER_KEY } as const;

/** Registers the part. */
export function tlsConformance(subject: Subject, can: Abilities): void {
  const { name, dial, listen, start } = subject;
  const { connect, roundTrip } = kitFor(subject);
  const needsTls = needsOf(subject, can, "tls");

  test(`${name} write() with TLS waits while the peer does not read`, needsTls, async (t) => {
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

  test(`${name} dial() with TLS trusts the authority it is given`, needsTls, async (t) => {
    await roundTrip(t, await tlsPeer(t, { ca: CA }), 2 ** 20);
    await roundTrip(t, await tlsPeer(t, { ca: [OTHER_CA, CA] }));
  });

  test(
    `${name} close() with TLS sends what was written, then ends cleanly`,
    needsTls,
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

  test(`${name} dial() with TLS finishes one way at a time`, needsTls, async (t) => {
    const { socket, reader } = await connect(t, await tlsPeer(t, { ca: CA }));
    const sent = pattern(2 ** 20);
    await socket.write(sent);
    await socket.finish();
    assertEquals(await reader.end, undefined);
    assertSameBytes(reader.bytes, sent);
  });

  test(`${name} dial() with TLS trusts no other authority`, needsTls, async (t) => {
    const foreign = await tlsPeer(t, { ca: OTHER_CA });
    await assertCode("TLS", () => dial(foreign));
    const systemOnly = await tlsPeer(t, {});
    await assertCode("TLS", () => dial(systemOnly));
  });

  test(`${name} dial() with TLS checks the name it is given`, needsTls, async (t) => {
    await roundTrip(t, await tlsPeer(t, { ca: CA, serverName: "gearman.test" }));
    const wrong = await tlsPeer(t, { ca: CA, serverName: "wrong.test" });
    await assertCode("TLS", () => dial(wrong));
  });

  test(`${name} dial() with TLS shows its certificate`, needsTls, async (t) => {
    const tls = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
    await roundTrip(t, await tlsPeer(t, tls, CA));
  });

  test(`${name} listen() with TLS hangs up on who shakes no hands`, needsTls, async (t) => {
    const at = { ...LOOPBACK, tls: { ...SERVER_TLS, handshakeTimeout: 50 } };
    let accepted = 0;
    const { address } = t.use(await listen!(at, () => accepted++));
    const { host, port } = address as TcpAddress;
    const silent = await connect(t, { host, port });
    await silent.reader.end;
    // Half a hello: the header of a record that does not come.
    const half = await connect(t, { host, port });
    await Promise.resolve(half.socket.write(Uint8Array.of(22, 3, 1, 2, 0))).catch(() => {});
    await half.reader.end;
    assertEquals(accepted, 0);
  });

  test(
    `${name} listen() with TLS hangs up on who shakes hands a byte at a time`,
    needsTls,
    async (t) => {
      const at = { ...LOOPBACK, tls: { ...SERVER_TLS, handshakeTimeout: 200 } };
      const { address } = t.use(await listen!(at, () => {}));
      const { host, port } = address as TcpAddress;
      const echo = t.use(await start("echo"));
      const slow = await connect(t, { host, port });
      let hasEnded = false;
      void slow.reader.end.then(() => hasEnded = true);
      // The header of the longest record, and then what could be in it.
      await slow.socket.write(Uint8Array.of(22, 3, 1, 0x40, 0));
      while (!hasEnded) {
        await Promise.resolve(slow.socket.write(new Uint8Array(1))).catch(() => {});
        await roundTrip(t, echo.address, 1);
      }
    },
  );

  test(`${name} listen() with TLS has no more in its lobby than have room`, needsTls, async (t) => {
    let inside = 0;
    const accepted: [insideThen: number, socket: Socket][] = [];
    const lobby = { enter: () => inside < 1 && ++inside > 0, leave: () => void inside-- };
    // Longer than the test: nothing here may wait for it.
    const at = { ...LOOPBACK, tls: { ...SERVER_TLS, handshakeTimeout: 600_000 } };
    const accept = (socket: Socket) => accepted.push([inside, t.use(closing(socket))]);
    const listener = t.use(await listen!(at, accept, lobby));
    const echo = t.use(await start("echo"));
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await roundTrip(t, echo.address, 1);
    };
    const { host, port } = listener.address as TcpAddress;
    const silent = await connect(t, { host, port });
    // There is room again when the other has left: until then everybody is turned away.
    const turnedAway = await connect(t, { host, port });
    await turnedAway.reader.end;
    assertEquals(inside, 1);
    silent.socket.destroy();
    const getIn = async (): Promise<Socket> =>
      await dial({ host, port, tls: { ca: CA } }).catch(() => undefined) ?? await getIn();
    t.use(closing(await getIn()));
    await until(() => accepted.length > 0);
    assertEquals([accepted[0][0], inside], [0, 0]);
    // Who does not come to an end is given up with the listener.
    const last = await connect(t, { host, port });
    await until(() => inside > 0);
    await listener.close();
    await last.reader.end;
    await until(() => inside === 0);
  });

  test(
    `${name} listen() with TLS rejects a time for handshakes that is none`,
    needsTls,
    async () => {
      for (const handshakeTimeout of [0, -1, NaN, Infinity, 3_600_001, "50" as never]) {
        const at = { ...LOOPBACK, tls: { ...SERVER_TLS, handshakeTimeout } };
        const text = "Expected tls.handshakeTimeout in milliseconds, from 1 to 3600000, got ";
        await assertRejects(() => listen!(at, () => {}), RangeError, text);
      }
    },
  );

  test(`${name} listen() with TLS leaves alone who has shaken hands`, needsTls, async (t) => {
    const at = { ...LOOPBACK, tls: { ...SERVER_TLS, handshakeTimeout: 2_000 } };
    const { address } = t.use(await start("echo", at));
    const { host, port } = address as TcpAddress;
    const early = await connect(t, { host, port, tls: { ca: CA } });
    // One that comes later is hung up on; then the other's time would be up, too.
    const late = await connect(t, { host, port });
    await late.reader.end;
    await early.socket.write(pattern(10));
    await early.reader.has(10);
  });

  test(`${name} listen() with TLS knows whose certificate was shown`, needsTls, async (t) => {
    const shown = { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY };
    const seen = async (ca: string | undefined, tls: DialTls) => {
      let arrived: (socket: Socket) => void;
      const accepted = new Promise<Socket>((resolve) => arrived = resolve);
      const at = { ...LOOPBACK, tls: { ...SERVER_TLS, ca } };
      const listener = t.use(await listen!(at, (socket) => arrived(socket)));
      const near = t.use(closing(await dial({ ...(listener.address as TcpAddress), tls })));
      assertEquals(near.certificate, undefined);
      return t.use(closing(await accepted)).certificate;
    };
    assertEquals(await seen(CA, shown), {
      names: ["client"],
      fingerprint: CLIENT_FINGERPRINT,
    });
    // Not asked for, and so not shown.
    assertEquals(await seen(undefined, shown), undefined);
  });

  test(
    `${name} dial() with TLS comes to nothing without the certificate demanded`,
    needsTls,
    async (t) => {
      const to = await tlsPeer(t, { ca: CA }, CA);
      assertEquals(await bytesRead(t, to), 0);
    },
  );

  test(
    `${name} dial() with TLS comes to nothing with a certificate of another authority`,
    needsTls,
    async (t) => {
      const to = await tlsPeer(t, { ca: CA, cert: CLIENT_CERT, key: CLIENT_KEY }, OTHER_CA);
      assertEquals(await bytesRead(t, to), 0);
    },
  );

  test(
    `${name} dial() with TLS rejects with TLS what is no certificate`,
    needsTls,
    async (t) => {
      const to = await tlsPeer(t, { ca: CA, cert: "no certificate", key: "no key" });
      await assertCode("TLS", () => dial(to));
    },
  );

  test(
    `${name} listen() with TLS rejects with TLS what is no certificate`,
    needsTls,
    async () => {
      const at = { ...LOOPBACK, tls: { cert: "no certificate", key: "no key" } };
      await assertCode("TLS", () => listen!(at, () => {}));
    },
  );

  test(`${name} dial() with TLS rejects with TLS where none is spoken`, needsTls, async (t) => {
    const { address } = t.use(await start("reset"));
    await assertCode("TLS", () => dial({ ...(address as TcpAddress), tls: { ca: CA } }));
  });

  test(
    `${name} dial() rejects with DIAL_TIMEOUT when the peer keeps silent`,
    needsTls,
    async (t) => {
      const { address } = t.use(await start("silent"));
      const to = { ...(address as TcpAddress), tls: { ca: CA } };
      await assertCode("DIAL_TIMEOUT", () => dial(to, { timeout: 50 }));
    },
  );

  test(`${name} dial() can be aborted within the handshake`, needsTls, async (t) => {
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
}
