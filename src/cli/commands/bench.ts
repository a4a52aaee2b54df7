/**
 * `geartrain bench`: how many jobs a server takes in a second, and how long each takes.
 *
 * @module
 */
import { Client, Worker } from "../../../mod.ts";
import { got } from "../../errors.ts";
import { type Call, type Command, commandOf, last } from "../command.ts";
import { CONNECTION, type Connection, connectionOf, serverText } from "../connection.ts";
import { durationText } from "../duration.ts";
import { Exit } from "../exits.ts";
import { countOf } from "../numbers.ts";
import { bytesOf } from "../sizes.ts";
import { tableOf } from "../table.ts";
import { UsageError } from "../usage_error.ts";
import { wordsOf } from "../words.ts";

const SCENARIOS = ["ping", "foreground", "background"] as const;
type Scenario = typeof SCENARIOS[number];

/** The command. */
export const bench: Command = commandOf({
  name: "bench",
  summary: "measure jobs a second and their latency on your servers",
  words: "[FLAGS]",
  about: `
Runs a client and a worker in this process, against your servers, with a function of its own whose
name nobody else has, and measures

  ping         an echo, there and back
  foreground   a job, from its submission to its result
  background   a job, from its submission to the server's receipt

A tenth of the jobs go first, and are not counted. Client and worker share a thread: what comes out
is what one process can do, and no more than a bound for what the server can. The server is busy
meanwhile; do not run it where that hurts.

Ends with 0, with 20 when no server can be reached, and with 130 when it is interrupted.`,
  flags: [
    {
      name: "scenario",
      value: "NAME",
      isList: true,
      help: "ping, foreground or background; several times for several. Default all.",
    },
    { name: "jobs", short: "n", value: "N", help: "How many jobs. Default 10000." },
    {
      name: "size",
      value: "SIZE",
      help: "The size of workload and result, 32M at most. Default 100.",
    },
    { name: "in-flight", value: "N", help: "How many are under way at once. Default 64." },
    ...CONNECTION,
  ],
  examples: [
    ["geartrain bench -s 10.0.0.1", "everything"],
    ["geartrain bench --scenario foreground --in-flight 1", "one at a time: the latency"],
    ["geartrain bench -n 1000 --size 100K --json", "large workloads, for programs"],
  ],
  run,
});

/** What was measured. */
interface Measured {
  readonly scenario: Scenario;
  readonly jobs: number;
  readonly size: number;
  readonly inFlight: number;
  /** Milliseconds. */
  readonly total: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What is to be measured. */
interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly jobs: number;
  readonly size: number;
  readonly inFlight: number;
}

async function run(call: Call): Promise<number> {
  const plan = planOf(call);
  const connection = connectionOf(call);
  const { terminal, json, signal } = call;
  const measured: Measured[] = [];
  for (const scenario of plan.scenarios) {
    const row = await measure(scenario, plan, connection, signal, () => terminal.now());
    measured.push(row);
    if (json) await terminal.out(`${JSON.stringify(row)}\n`);
  }
  if (json) return Exit.OK;
  const { jobs, size, inFlight } = plan;
  const servers = connection.servers.map(serverText).join(", ");
  await terminal.out(
    `${servers}: ${jobs} jobs of ${size} bytes, ${inFlight} in flight\n\n` +
      tableOf(
        ["SCENARIO", "JOBS/S", "P50", "P95", "P99", "MAX"],
        measured.map(({ scenario, perSecond, p50, p95, p99, max }) => [
          scenario,
          Math.round(perSecond),
          ...[p50, p95, p99, max].map(durationText),
        ]),
      ),
  );
  return Exit.OK;
}

function planOf(call: Call): Plan {
  wordsOf(call);
  const { flags } = call;
  const names = flags.get("scenario") ?? SCENARIOS;
  const scenarios = names.map((name) => {
    const scenario = SCENARIOS.find((scenario) => scenario === name);
    if (scenario !== undefined) return scenario;
    throw new UsageError(`Expected --scenario to be ${SCENARIOS.join(" or ")}, got ${got(name)}`);
  });
  return {
    scenarios,
    jobs: countOf(last(flags, "jobs"), "--jobs") ?? 10_000,
    size: bytesOf(last(flags, "size"), "size", "0", "32M") ?? 100,
    inFlight: countOf(last(flags, "in-flight"), "--in-flight") ?? 64,
  };
}

async function measure(
  scenario: Scenario,
  { jobs, size, inFlight }: Plan,
  connection: Connection,
  signal: AbortSignal,
  now: () => number,
): Promise<Measured> {
  const functionName = `geartrain-bench-${crypto.randomUUID()}`;
  const workload = new Uint8Array(size);
  const client = new Client({ ...connection, stacks: false });
  const counted = new Countdown();
  const worker = new Worker({ ...connection, concurrency: inFlight, id: "geartrain-bench" });
  worker.add(functionName, (job) => {
    counted.down();
    return job.workload;
  });
  const once = (): Promise<unknown> => {
    switch (scenario) {
      case "ping":
        return client.ping({ data: workload, signal });
      case "foreground":
        return client.submit(functionName, workload, { signal }).result();
      case "background":
        return client.background(functionName, workload, { signal });
    }
  };
  try {
    // Who cannot be reached is found out by the client: a worker would dial for ever.
    await client.ping({ signal });
    if (scenario !== "ping") worker.start();
    const early = Math.ceil(jobs / 10);
    const ran = scenario === "background" ? counted.of(early + jobs, signal) : undefined;
    await flood(early, inFlight, once, now);
    const start = now();
    const times = await flood(jobs, inFlight, once, now);
    const total = now() - start;
    await ran;
    const at = (part: number) => times[Math.min(jobs - 1, Math.floor(jobs * part))];
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map(at);
    const perSecond = jobs * 1_000 / Math.max(total, 0.001);
    return { scenario, jobs, size, inFlight, total, perSecond, p50, p95, p99, max };
  } finally {
    await client.close();
    await worker.close();
  }
}

/** Does something so many times, so many at once. The milliseconds of each, sorted. */
async function flood(
  jobs: number,
  inFlight: number,
  once: () => Promise<unknown>,
  now: () => number,
): Promise<Float64Array> {
  const times = new Float64Array(jobs);
  let next = 0;
  const lane = async () => {
    while (next < jobs) {
      const at = next++;
      const start = now();
      await once();
      times[at] = now() - start;
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, jobs) }, lane));
  return times.sort();
}

/** Resolves when something has happened so many times. */
class Countdown {
  #left = Infinity;
  #resolve = () => {};

  of(times: number, signal: AbortSignal): Promise<void> {
    this.#left = times;
    const done = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    // Whatever goes wrong before comes out of the submissions.
    done.catch(() => {});
    return done;
  }

  down(): void {
    if (--this.#left === 0) this.#resolve();
  }
}
