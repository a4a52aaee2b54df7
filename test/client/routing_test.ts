/** Which of several servers gets a job, and what follows when it cannot have it. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
  codecUnderTest,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { Socket } from "../../src/sockets/socket.ts";
import { fleet, serve } from "./fixtures.ts";

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
  const client = t.use(
    new Client({ servers, dial, codec: codecUnderTest, exceptions: false, ...options }),
  );
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
  const second = t.use(
    new Client({ servers: "three,one,two", dial, codec: codecUnderTest, exceptions: false }),
  );
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

test("a name is resolved anew at each try: the dial is given the name", async (t) => {
  const down = new Set(["one"]);
  const { dial, dialled } = await fleet(t, { one: [serve("one")] }, down);
  const client = t.use(
    new Client({ servers: "one", dial, codec: codecUnderTest, exceptions: false }),
  );
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
  const client = t.use(
    new Client({
      servers,
      dial: async (to, options) => {
        const socket = await dial(to, options);
        sockets.push(socket);
        return socket;
      },
      codec: codecUnderTest,
      exceptions: false,
    }),
  );
  const server = { host: "one", port: 4730 };
  await client.ping({ server });
  const again = client.ping({ server });
  sockets[0].destroy();
  const { code, outcome } = await assertRejects(() => again, LinkError);
  assertEquals([code, outcome], ["CLOSED", "unsent"]);
  assertEquals(dialled, ["one"]);
});
