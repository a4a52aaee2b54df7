/**
 * Real gearmands are killed under load and started again: a tenth of what `npm run soak` plays.
 * The same client and worker go on, and what they say of each submission is true.
 */
import { Client, type ClientOptions, fullJitter, Worker } from "../../mod.ts";
import { assert, assertEquals, codecUnderTest, missing, test } from "../_harness/mod.ts";
import type { TestContext } from "../_harness/mod.ts";
import { Gearmand } from "../../scripts/soak/gearmands.ts";
import { killServers, type KillsResult } from "../../scripts/soak/kills_play.ts";
import { seeded } from "../../scripts/soak/program.ts";

export const notOnWorkerd = "its clock stands still while a request is served, and no dial waits";

const options = { skip: missing("gearmand"), timeout: 300_000 };

/** Short waits: the servers are away for a moment only. */
const backoff = fullJitter({ first: 5, most: 50 });

async function gearmands(t: TestContext, count: number): Promise<Gearmand[]> {
  const all: Gearmand[] = [];
  for (let i = 0; i < count; i++) all.push(t.use(await Gearmand.start()));
  return all;
}

/** Both ends over these servers, with short waits. */
function endsOf(
  t: TestContext,
  victims: readonly Gearmand[],
  options: Partial<ClientOptions> = {},
): { client: Client; worker: Worker } {
  const servers = victims.map(({ address }) => address);
  const shared = { servers, codec: codecUnderTest, backoff };
  const worker = new Worker({ ...shared, concurrency: 16 });
  t.use({ close: () => worker.close() });
  return { client: t.use(new Client({ ...shared, ...options })), worker };
}

function assertKept(result: KillsResult): void {
  const { submitted, settled, succeeded, unsent, unacknowledged, accepted } = result;
  assertEquals(result.strange, []);
  assertEquals(settled, submitted);
  assertEquals(succeeded + unsent + unacknowledged + accepted, submitted);
  assertEquals([result.resultsWithoutRun, result.unsentButRun], [0, 0]);
}

test("Client and Worker go on when their gearmand is killed, five times", options, async (t) => {
  const victims = await gearmands(t, 1);
  const result = await killServers({
    victims,
    kills: 5,
    random: seeded(1),
    ...endsOf(t, victims),
  });
  assertKept(result);
  assert(result.unsent > 0 && result.accepted > 0, "Expected kills to be felt");
});

test(
  "Client loses no idempotent job while three gearmands are killed in turn",
  options,
  async (t) => {
    const victims = await gearmands(t, 3);
    const result = await killServers({
      victims,
      kills: 6,
      random: seeded(2),
      ...endsOf(t, victims, { retry: "idempotent" }),
    });
    assertKept(result);
    assertEquals(result.succeeded, result.submitted);
    assertEquals(Object.keys(result.runs).length, 3);
  },
);

test("equal uniques of two clients run once while no gearmand is down", options, async (t) => {
  const victims = await gearmands(t, 3);
  const { client, worker } = endsOf(t, victims);
  const clients = [client, endsOf(t, [...victims].reverse()).client];
  const uniques = Array.from({ length: 100 }, (_, i) => `unique-${i}`);
  const tasks = clients.flatMap((client) =>
    uniques.map((unique) => client.submit("once", unique, { unique }))
  );
  await Promise.all(tasks.map((task) => task.accepted));
  const runs = new Map<string, number>();
  worker.add("once", (job) => {
    runs.set(job.unique, (runs.get(job.unique) ?? 0) + 1);
    return job.unique;
  }).start();
  const results = await Promise.all(tasks.map((task) => task.text()));
  assertEquals(results, [...uniques, ...uniques]);
  assertEquals([...runs.values()], uniques.map(() => 1));
});
