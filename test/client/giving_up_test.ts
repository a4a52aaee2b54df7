/** Waits that are given up at awkward moments settle all the same, and at once. */
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  codecUnderTest,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { type Fed, pour, Source } from "../../src/client/source.ts";
import type { Link } from "../../src/link/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";

async function clientOf(t: TestContext, options: Partial<ClientOptions> = {}): Promise<Client> {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ host: "127.0.0.1", port: 4730, listen }));
  return t.use(new Client({ servers: server.address, dial, codec: codecUnderTest, ...options }));
}

/** What a workload's iterator may answer when nobody wants the rest. */
const PARTINGS: readonly [what: string, part: () => unknown][] = [
  ["throws", () => {
    throw new Error("Not now");
  }],
  ["returns no promise", () => 7],
  ["rejects", () => Promise.reject(new Error("Not now"))],
  ["is not there", undefined as never],
];

for (const [what, part] of PARTINGS) {
  test(`a task settles though its workload's return() ${what}`, async (t) => {
    const client = await clientOf(t);
    const controller = new AbortController();
    let onAsked = () => {};
    const asked = new Promise<void>((resolve) => onAsked = resolve);
    const iterator = {
      next: () => {
        onAsked();
        return new Promise<never>(() => {});
      },
      return: part,
    };
    const stream = { [Symbol.asyncIterator]: () => iterator } as unknown as AsyncIterable<
      Uint8Array
    >;
    const { signal } = controller;
    const task = client.submit("store", { size: 10, stream }, { signal });
    await asked;
    const reason = new Error("No longer wanted");
    controller.abort(reason);
    assertStrictEquals(await assertRejects(() => task.result()), reason);
    assertEquals(task.outcome, "unsent");
  });
}

test("follow() ends at once when it is aborted while its reader is busy", async (t) => {
  // A clock that stands still: no pause between two questions would ever be over.
  const client = await clientOf(t, { clock: handClock() });
  const receipt = await client.background("later");
  const controller = new AbortController();
  const reason = new Error("Seen enough");
  const error = await assertRejects(async () => {
    for await (const status of client.follow(receipt, { signal: controller.signal })) {
      assertEquals(status.isKnown, true);
      controller.abort(reason);
    }
  });
  assertStrictEquals(error, reason);
});

test("a workload whose job is given up behind its last piece stays half a packet", async () => {
  const laid: Uint8Array[] = [];
  let isOpen = true;
  const link = {
    get isOpen() {
      return isOpen;
    },
    turn: 0,
    waiting: 0,
    raw: (bytes: Uint8Array) => laid.push(bytes),
    destroy: () => isOpen = false,
  } as unknown as Link;
  let asked = 0;
  let isGivenUp = false;
  const request = {
    since: 0,
    get isSettled() {
      // After the end of the stream was seen, and before whoever waits for that hears of it.
      if (++asked === 3) queueMicrotask(() => isGivenUp = true);
      return isGivenUp;
    },
    ended: () => assertEquals("laid", "never laid"),
    refuse: (error: unknown) => assertEquals(error, "none"),
  } as unknown as Fed;
  const pieces = [Uint8Array.of(1), Uint8Array.of(2)];
  const stream = (async function* () {
    yield* pieces;
  })();
  await pour(new Source({ size: 2, stream }), request, link, handClock());
  assertEquals(laid, pieces.slice(0, 1));
  assertEquals(isOpen, false);
});
