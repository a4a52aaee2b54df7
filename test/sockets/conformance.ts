/**
 * What every adapter must do, as one suite. An adapter that lacks something says so in a flag.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertRejects,
  assertSameBytes,
  assertStrictEquals,
  pattern,
  test,
} from "../_harness/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { Socket, TcpAddress } from "../../src/sockets/socket.ts";
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
import { tlsConformance } from "./conformance_tls.ts";
import { Reader } from "./reader.ts";

/** Registers the suite. */
export function socketConformance(subject: Subject, can: Abilities): void {
  const { name, dial, listen, start } = subject;
  const { connect, pair, roundTrip } = kitFor(subject);
  const needs = (ability: keyof Abilities) => needsOf(subject, can, ability);
  const refused = can.reasons ? "REFUSED" : "UNREACHABLE";
  const unknownHost = can.reasons ? "UNKNOWN_HOST" : "UNREACHABLE";
  const listening = { skip: listen === undefined && `${name} does not listen` } as const;

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
      // It is for a resolver to say, which takes its time where the network is away.
      const late = { timeout: 50_000 };
      await assertCode(unknownHost, () => dial({ host: "nobody.invalid", port: 4730 }, late));
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

  tlsConformance(subject, can);
}

function unixPath(): string {
  return `/tmp/geartrain-${crypto.randomUUID()}.sock`;
}
