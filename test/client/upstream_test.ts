/** What a client knows of one server: whether it is up, how often it failed, and which links it has. */
import { assertEquals, assertRejects, test } from "../_harness/mod.ts";
import type { TestContext } from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { GearmanError, LinkError } from "../../src/errors.ts";
import { linkError } from "../../src/sockets/link_error.ts";
import type { Dial, Socket } from "../../src/sockets/socket.ts";
import { clientOf, clientTo, complete, fleet, quiet, streamed } from "./fixtures.ts";

/** What a client is told of its servers, in order. */
function eventsOf(client: Client): string[] {
  const events: string[] = [];
  client.addEventListener("up", () => events.push("up"));
  client.addEventListener("down", ({ reason }) => events.push(`down ${reason!.code}`));
  return events;
}

const finish: Script = async (peer) => void await complete(peer);

/** A server that is reached when it is not in `down`, and what a client of it was told. */
async function watched(
  t: TestContext,
  scripts: readonly Script[],
  options: Partial<ClientOptions> = {},
) {
  const down = new Set<string>();
  const clock = handClock();
  const attempts: number[] = [];
  const { dial, servers } = await fleet(t, { one: scripts }, down);
  const client = clientTo(t, {
    servers,
    dial,
    clock,
    backoff: (attempt) => {
      attempts.push(attempt);
      return 0;
    },
    ...options,
  });
  return { client, clock, down, attempts, events: eventsOf(client) };
}

test("a server that is reached for a streamed workload is up, once for all of its links", async (t) => {
  const { client, events, down } = await watched(t, [finish, finish, finish, finish]);
  down.add("one");
  await assertRejects(() => client.submit("f", streamed("1")).result(), LinkError);
  down.clear();
  await client.submit("f", streamed("2")).result();
  await client.submit("f", streamed("3")).result();
  await client.submit("f").result();
  assertEquals(events, ["down REFUSED", "up"]);
});

test("a job that waits for its server goes there when a streamed workload finds it up", async (t) => {
  const waits = { backoff: () => 60_000, retryFor: 120_000 };
  const { client, down } = await watched(t, [finish, finish], waits);
  down.add("one");
  const waiting = client.submit("f", "", { unique: "u", retry: "idempotent" });
  await quiet();
  down.clear();
  await client.submit("f", streamed("1")).result();
  assertEquals(await waiting.text(), "done");
});

test("a server is down when the link of a streamed workload breaks, and it has no other", async (t) => {
  const drop: Script = async (peer) => {
    await peer.next();
    peer.hangUp();
  };
  const { client, events, attempts } = await watched(t, [drop, finish, drop, finish]);
  await assertRejects(() => client.submit("f", streamed("1")).result(), LinkError);
  assertEquals([events, attempts], [["up", "down RESET"], [1]]);
  await client.submit("f").result();
  await assertRejects(() => client.submit("f", streamed("2")).result(), LinkError);
  assertEquals(events, ["up", "down RESET", "up"]);
});

test("failures are counted anew once a link has held for ten seconds, and not before", async (t) => {
  let hangUp = () => {};
  const held: Script = async (peer) => {
    await complete(peer);
    hangUp = () => peer.hangUp();
  };
  const { client, clock, attempts } = await watched(t, [held, held, held, held, held]);
  for (const lasting of [9_999, 0, 10_000, 9_999, 10_000]) {
    await client.submit("f").result();
    await quiet();
    clock.turn(lasting);
    hangUp();
    await quiet();
  }
  assertEquals(attempts, [1, 2, 1, 2, 1]);
});

test("failures are counted anew once the links of streamed workloads have held for ten seconds", async (t) => {
  const { client, clock, attempts, down } = await watched(t, [finish, finish]);
  const fail = async () => {
    down.add("one");
    await assertRejects(() => client.submit("f", streamed("1")).result(), LinkError);
    down.clear();
  };
  await fail();
  await fail();
  await client.submit("f", streamed("2")).result();
  clock.turn(10_000);
  await client.submit("f", streamed("3")).result();
  await quiet();
  await fail();
  assertEquals(attempts, [1, 2, 1]);
});

test("close() leaves no link open that was being opened for a streamed workload", async (t) => {
  // With TLS a dial ends with an echo, and so takes longer; the memory sockets need not know.
  for (const tls of [undefined, {}]) {
    for (let turns = 0; turns < 25; turns++) {
      const gone: Promise<unknown>[] = [];
      const echo: Script = async (peer) => {
        gone.push(peer.gone);
        if (tls === undefined) return;
        await peer.next();
        await peer.send("ECHO_RES", "");
      };
      const { address, dial: dialServer } = t.use(await fakeServer([echo]));
      let dialled = () => {};
      const isDialled = new Promise<void>((resolve) => dialled = resolve);
      const dial: Dial = async (_, options) => {
        const socket = await dialServer(address, options);
        dialled();
        return socket;
      };
      const servers = { host: "127.0.0.1", port: 1, tls };
      const client = new Client({ servers, dial, exceptions: false });
      const task = client.submit("f", streamed("1"));
      await isDialled;
      for (let i = 0; i < turns; i++) await undefined;
      await client.close();
      assertEquals((await assertRejects(() => task.result(), GearmanError)).code, "CLOSED");
      await Promise.all(gone);
    }
  }
});

test("a streamed workload whose link ended as it opened goes whole to the next server", async (t) => {
  const received: string[] = [];
  const { address, dial: dialServer } = t.use(
    await fakeServer([async (peer) => void received.push((await complete(peer))[2])]),
  );
  /** Ends within the call that begins to read it. */
  const dead = (to: Socket["remote"]): Socket => ({
    remote: to,
    pump: (sink) => sink.ended(linkError("RESET", to)),
    resume: () => {},
    write: () => Promise.reject(linkError("RESET", to)),
    finish: () => Promise.resolve(),
    close: () => Promise.resolve(),
    destroy: () => {},
  });
  let dials = 0;
  const dial: Dial = (to, options) =>
    dials++ === 0 ? Promise.resolve(dead(to)) : dialServer(address, options);
  const client = clientTo(t, {
    servers: "one,two",
    dial,
    random: () => 0,
  });
  assertEquals(await client.submit("f", streamed("whole")).text(), "done");
  assertEquals(received, ["whole"]);
});

test("a link that stopped reading is not asked for a sign of life", async (t) => {
  const clock = handClock();
  const received: string[] = [];
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    await peer.send("JOB_CREATED", "H:fake:1");
    await peer.send("WORK_DATA", "H:fake:1", "x".repeat(100));
    for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
      received.push(next.name);
    }
  }], { clock, linkBytes: 100, heartbeat: 1_000 });
  const task = client.submit("f");
  await quiet();
  for (let beat = 0; beat < 3; beat++) {
    clock.turn(1_000);
    await quiet();
  }
  assertEquals(received, []);
  // Somebody listens again, and so silence says something again.
  task.result().catch(() => {});
  clock.turn(1_000);
  await quiet();
  assertEquals(received, ["ECHO_REQ"]);
});
