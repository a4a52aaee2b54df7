/** Several real gearmands: where a unique goes, and what is lost when they are killed in turn. */
import {
  assert,
  assertEquals,
  codecUnderTest,
  missing,
  type RunningServer,
  startGearmand,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { Admin, Client, type ClientOptions, Worker } from "../../mod.ts";

const skip = missing("gearmand");

/** Three gearmands. */
async function three(t: TestContext): Promise<RunningServer[]> {
  const servers: RunningServer[] = [];
  for (let i = 0; i < 3; i++) servers.push(t.use(await startGearmand()));
  return servers;
}

function clientOf(
  t: TestContext,
  servers: RunningServer[],
  options: Partial<ClientOptions> = {},
): Client {
  const addresses = servers.map(({ address }) => address);
  return t.use(new Client({ servers: addresses, codec: codecUnderTest, ...options }));
}

/** How many jobs each server has, by its port. */
async function totals(servers: RunningServer[]): Promise<number[]> {
  return await Promise.all(servers.map(async ({ address }) => {
    await using admin = new Admin({ server: address });
    const rows = await admin.status();
    return rows.reduce((sum, { total }) => sum + total, 0);
  }));
}

test("a unique from two clients is one job on one gearmand, and jobs without one are shared out", {
  skip,
}, async (t) => {
  const servers = await three(t);
  const first = clientOf(t, servers);
  const second = clientOf(t, servers.toReversed());
  const jobs = Array.from(
    { length: 60 },
    (_, i) => ({ functionName: "nobody", unique: `job-${i}` }),
  );
  const [ones, others] = await Promise.all([
    first.backgroundAll(jobs).all(),
    second.backgroundAll(jobs).all(),
  ]);
  assertEquals(
    others.map(({ server, handle }) => [server, handle]),
    ones.map(({ server, handle }) => [server, handle]),
  );
  const shares = await totals(servers);
  assertEquals(shares.reduce((sum, share) => sum + share), 60);
  assert(shares.every((share) => share > 0), `Expected jobs on every server, got ${shares}`);

  await first.backgroundAll(Array(30).fill({ functionName: "nobody" })).all();
  assertEquals((await totals(servers)).map((total, i) => total - shares[i]), [10, 10, 10]);
});

test("jobs with a unique go to the next gearmand when theirs is killed, and status() finds them", {
  skip,
}, async (t) => {
  const servers = await three(t);
  const client = clientOf(t, servers);
  const unique = "job-1";
  const { server } = await client.background("nobody", "", { unique });
  const home = servers.find(({ address }) => "port" in server && address.port === server.port)!;
  const down = new Promise<void>((resolve) => client.addEventListener("down", () => resolve()));
  await home.program.kill("SIGKILL");
  // Its connections end before its port does: until then a dial succeeds, and is reset.
  await home.program.exit();
  await down;
  const moved = await client.background("nobody", "", { unique });
  assert("port" in moved.server && moved.server.port !== home.address.port);
  const { isKnown } = await client.status({ unique });
  assert(isKnown, "Expected the job to be found where it went");
});

test("no idempotent job fails while gearmands are killed and started in turn", {
  skip,
  timeout: 180_000,
}, async (t) => {
  const servers = await three(t);
  const addresses = servers.map(({ address }) => address);
  const runs = new Map<string, number>();
  const backoff = () => 20;
  const worker = t.use(
    new Worker({ servers: addresses, codec: codecUnderTest, concurrency: 8, backoff }),
  );
  worker.add("count", (job) => {
    runs.set(job.unique, (runs.get(job.unique) ?? 0) + 1);
    return job.unique;
  });
  worker.start();
  const client = clientOf(t, servers, { retry: "idempotent", backoff });

  let isOver = false;
  let jobs = 0;
  const work = async (lane: number) => {
    for (let i = 0; !isOver; i++) {
      const unique = `job-${lane}-${i}`;
      assertEquals(await client.submit("count", "", { unique }).text(), unique);
      jobs++;
    }
  };
  const lanes = Promise.all(Array.from({ length: 16 }, (_, lane) => work(lane)));
  // What it rejects with is looked at in the end.
  lanes.catch(() => {});
  try {
    for (let round = 0; round < 6; round++) {
      const at = round % 3;
      const before = jobs;
      while (jobs < before + 200) await client.ping().catch(() => {});
      await servers[at].program.kill("SIGKILL");
      await servers[at].program.exit();
      while (jobs < before + 400) await client.ping().catch(() => {});
      servers[at] = t.use(await startGearmand({ port: servers[at].address.port }));
    }
  } finally {
    isOver = true;
    await lanes;
  }
  assert(jobs >= 2_400, `Expected jobs to go on, got ${jobs}`);
  assertEquals(runs.size, jobs);
});
