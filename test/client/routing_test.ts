/** Which of several servers gets a job, and what follows when it cannot have it. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import type { Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { clientTo, fleet, quiet, serve, streamed } from "./fixtures.ts";

const THREE = { one: [serve("one")], two: [serve("two")], three: [serve("three")] };

/** A client of three servers that each answer with their name. */
async function clientOfThree(
  t: TestContext,
  options: Partial<ClientOptions> = {},
  down: Set<string> = new Set(),
) {
  const twice = Object.fromEntries(
    Object.entries(THREE).map(([name, its]) => [name, [...its, ...its]]),
  );
  const { dial, servers, dialled } = await fleet(t, twice, down);
  const client = clientTo(t, { servers, dial, ...options });
  return { client, dialled };
}

const NAMES = Array.from({ length: 30 }, (_, i) => `job-${i}`);

test("jobs without a unique go to the servers in turn", async (t) => {
  const { client } = await clientOfThree(t, { random: () => 0.5 });
  const names = await client.submitAll(Array(6).fill({ functionName: "f" })).all();
  assertEquals(names.map((name) => new TextDecoder().decode(name)), [
    "two",
    "three",
    "one",
    "two",
    "three",
    "one",
  ]);
});

test("jobs without a unique go to any server where balance says random", async (t) => {
  const numbers = [0.9, 0, 0.9, 0.4];
  const { client } = await clientOfThree(t, { balance: "random", random: () => numbers.shift()! });
  const got = [];
  for (let i = 0; i < 3; i++) got.push(await client.submit("f").text());
  // The first number is where the turns would begin.
  assertEquals(got, ["one", "three", "two"]);
  assertThrows(
    () => new Client({ servers: "x", dial: () => Promise.reject(), balance: "fair" as "random" }),
    TypeError,
    'Expected balance "round-robin" or "random", got "fair"',
  );
});

test("a unique leads to one server, from every client and in every order of the list", async (t) => {
  const first = (await clientOfThree(t)).client;
  const { dial } = await fleet(t, THREE);
  const second = clientTo(t, { servers: "three,one,two", dial });
  const seen = new Set<string>();
  for (const unique of NAMES) {
    const name = await first.submit("f", "", { unique }).text();
    assertEquals(await second.submit("g", "", { unique }).text(), name);
    seen.add(name);
  }
  assertEquals(seen.size, 3);
});

test("status() by unique asks the server that the unique leads to", async (t) => {
  const { client } = await clientOfThree(t);
  for (const unique of NAMES.slice(0, 10)) {
    const name = await client.submit("f", "", { unique }).text();
    assertEquals((await client.status({ unique })).clients, name.length);
  }
});

test("a unique whose server is down leads to the next, and the others stay where they are", async (t) => {
  const before = (await clientOfThree(t)).client;
  const home = new Map<string, string>();
  for (const unique of NAMES) home.set(unique, await before.submit("f", "", { unique }).text());
  const { client } = await clientOfThree(t, {}, new Set(["two"]));
  const moved = new Set<string>();
  for (const unique of NAMES) {
    const name = await client.submit("f", "", { unique }).text();
    if (home.get(unique) === "two") moved.add(name);
    else assertEquals(name, home.get(unique));
  }
  assertEquals([...moved].sort(), ["one", "three"]);
});

test("a server that is down costs nobody its wait, and is used again when it is back", async (t) => {
  const down = new Set(["two"]);
  const clock = handClock();
  const options = { random: () => 0, clock, backoff: () => 1_000 };
  const { client, dialled } = await clientOfThree(t, options, down);
  for (let i = 0; i < 9; i++) await client.submit("f").text();
  assertEquals(dialled, ["one", "two", "three"]);

  down.delete("two");
  clock.turn(1_000);
  const up = new Promise<void>((resolve) => client.addEventListener("up", () => resolve()));
  await client.submit("f").text();
  await up;
  assertEquals(dialled, ["one", "two", "three", "two"]);
  const names = [];
  for (let i = 0; i < 3; i++) names.push(await client.submit("f").text());
  assertEquals(names.sort(), ["one", "three", "two"]);
});

/** A client of three servers, and what cuts its links to one of them. */
async function clientToCut(t: TestContext, down: Set<string>, options: Partial<ClientOptions>) {
  const twice = Object.fromEntries(
    Object.entries(THREE).map(([name, its]) => [name, Array(20).fill(its[0])]),
  );
  const { dial, servers, dialled } = await fleet(t, twice, down);
  const sockets: [string, Socket][] = [];
  const client = clientTo(t, {
    servers,
    dial: async (to, options) => {
      const socket = await dial(to, options);
      sockets.push([(to as { host: string }).host, socket]);
      return socket;
    },
    ...options,
  });
  const cut = async (server: string) => {
    for (const [name, socket] of sockets) if (name === server) socket.destroy();
    await quiet();
  };
  return { client, cut, dialled };
}

test("a unique stays with its server when an idle link to that is lost", async (t) => {
  const other = (await clientOfThree(t)).client;
  const options = { clock: handClock(), backoff: () => 1_000 };
  const { client, cut } = await clientToCut(t, new Set(), options);
  const home = "three";
  const names = await other.submitAll(NAMES.map((unique) => ({ functionName: "f", unique }))).all();
  const unique = NAMES[names.findIndex((name) => new TextDecoder().decode(name) === home)];
  const schedule = "0 3 * * *";
  const asks: Record<string, () => Promise<unknown>> = {
    submit: () => client.submit("f", "", { unique }).text(),
    idempotent: () => client.submit("f", "", { unique, retry: "idempotent" }).text(),
    stream: () => client.submit("f", streamed("workload"), { unique }).text(),
    schedule: async () =>
      (await client.background("f", "", { unique, schedule })).handle.split(":")[1],
    // A status of these servers has the length of their name as its clients.
    status: async () => (await client.status({ unique })).clients === 5 ? home : "another",
    follow: async () => {
      for await (const { clients } of client.follow({ unique })) {
        return clients === 5 ? home : "another";
      }
    },
  };
  for (const [what, ask] of Object.entries(asks)) {
    for (const name of Object.keys(THREE)) {
      await client.ping({ server: { host: name, port: 4730 } });
    }
    await cut(home);
    assertEquals([what, await ask()], [what, home]);
    // Long enough for the loss to be the first in a row.
    options.clock.turn(10_000);
  }
});

test("a unique goes on to the next server when a dial has failed, until it is time for another", async (t) => {
  const down = new Set<string>();
  const clock = handClock();
  const { client, cut, dialled } = await clientToCut(t, down, { clock, backoff: () => 1_000 });
  const unique = NAMES[0];
  const submit = () => client.submit("f", "", { unique }).text();
  const home = await submit();
  down.add(home);
  await cut(home);
  const next = await submit();
  assert(next !== home, `Expected another server than "${home}"`);
  assertEquals(dialled, [home, home, next]);
  assertEquals([await submit(), dialled.length], [next, 3]);
  clock.turn(1_000);
  assertEquals([await submit(), dialled.length], [next, 4]);
  clock.turn(999);
  down.delete(home);
  assertEquals([await submit(), dialled.length], [next, 4]);
  clock.turn(1);
  assertEquals([await submit(), dialled.length], [home, 5]);
});

test("a unique goes on to the next server when the second link in a row is lost", async (t) => {
  const drop: Script = (peer) => Promise.resolve(peer.hangUp());
  const home = await (await clientOfThree(t)).client.submit("f", "", { unique: NAMES[0] }).text();
  const scripts = { ...THREE, [home]: [drop, drop, drop] };
  const { dial, servers, dialled } = await fleet(t, scripts);
  const client = clientTo(t, {
    servers,
    dial,
    clock: handClock(),
    backoff: () => 1_000,
  });
  const options = { unique: NAMES[0], retry: "idempotent" } as const;
  const name = await client.submit("f", "", options).text();
  assert(name !== home, `Expected another server than "${home}"`);
  assertEquals(dialled, [home, home, name]);
});

test("a name is resolved anew at each try: the dial is given the name", async (t) => {
  const down = new Set(["one"]);
  const { dial, dialled } = await fleet(t, { one: [serve("one")] }, down);
  const client = clientTo(t, { servers: "one", dial });
  await assertRejects(() => client.submit("f").result(), LinkError);
  down.delete("one");
  assertEquals(await client.submit("f").text(), "one");
  assertEquals(dialled, ["one", "one"]);
});

test("each request that finds all servers down has an error of its own", async (t) => {
  const { client } = await clientOfThree(t, {}, new Set(["one", "two", "three"]));
  const errors = await Promise.all(
    [client.submit("f").result(), client.submit("f").result()].map((end) =>
      assertRejects(() => end, LinkError)
    ),
  );
  assertEquals(errors.map(({ code, outcome }) => [code, outcome]), [
    ["NO_SERVERS", "unsent"],
    ["NO_SERVERS", "unsent"],
  ]);
  assert(errors[0] !== errors[1], "Expected two errors, got one");
});

test("with all servers down, the one is tried first whose wait is over first", async (t) => {
  const waits = [3_000, 1_000, 2_000];
  const options = { random: () => 0, clock: handClock(), backoff: () => waits.shift() ?? 0 };
  const { client, dialled } = await clientOfThree(t, options, new Set(["one", "two", "three"]));
  await assertRejects(() => client.submit("f").result(), LinkError);
  await assertRejects(() => client.submit("f").result(), LinkError);
  assertEquals(dialled, ["one", "two", "three", "two", "three", "one"]);
});

test("a question to one server goes to no other, though it has not left when the link is lost", async (t) => {
  const { dial, servers, dialled } = await fleet(t, {
    one: [async (peer) => {
      await peer.expect("ECHO_REQ");
      await peer.send("ECHO_RES", "");
    }],
    two: [serve("two")],
  });
  const sockets: Socket[] = [];
  const client = clientTo(t, {
    servers,
    dial: async (to, options) => {
      const socket = await dial(to, options);
      sockets.push(socket);
      return socket;
    },
  });
  const server = { host: "one", port: 4730 };
  await client.ping({ server });
  const again = client.ping({ server });
  sockets[0].destroy();
  const { code, outcome } = await assertRejects(() => again, LinkError);
  assertEquals([code, outcome], ["CLOSED", "unsent"]);
  assertEquals(dialled, ["one"]);
});
