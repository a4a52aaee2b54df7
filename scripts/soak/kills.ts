/** `kills` and `trio`: real gearmands are killed under load, one fifty times, or three in turn for a minute. */
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { fullJitter } from "../../src/link/mod.ts";
import { dial } from "../../src/sockets/node.ts";
import { Worker } from "../../src/worker/mod.ts";
import { Gearmand } from "./gearmands.ts";
import { killServers, type KillsResult } from "./kills_play.ts";
import type { SoakContext, SoakProgram } from "./program.ts";

const SECONDS_OF_TRIO = 60;

async function play(
  { random, tell }: SoakContext,
  servers: number,
  kills: number | (() => boolean),
  options: Partial<ClientOptions>,
): Promise<KillsResult> {
  const victims: Gearmand[] = [];
  for (let i = 0; i < servers; i++) victims.push(await Gearmand.start());
  const shared = {
    servers: victims.map(({ address }) => address),
    backoff: fullJitter({ first: 5, most: 100 }),
    dial,
  };
  const client = new Client({ ...shared, ...options });
  const worker = new Worker({ ...shared, concurrency: 16 });
  try {
    return await killServers({ victims, kills, random, tell, client, worker });
  } finally {
    await client.close();
    await worker.close();
    for (const victim of victims) await victim.close();
  }
}

/** The figures of the summary. Throws where a promise was broken. */
function figuresOf(result: KillsResult): Record<string, number | string> {
  const { strange, runs, ...figures } = result;
  const { submitted, settled, resultsWithoutRun, unsentButRun } = figures;
  if (strange.length > 0) {
    throw new Error(`Expected none but our errors, got ${strange.join("; ")}`);
  }
  if (settled !== submitted) throw new Error(`Expected ${submitted} to settle, ${settled} did`);
  if (resultsWithoutRun + unsentButRun > 0) {
    throw new Error(
      `Expected the truth of each, ${resultsWithoutRun} results without a run, ` +
        `${unsentButRun} unsent jobs that ran`,
    );
  }
  return { ...figures, runs: Object.values(runs).join("/") };
}

/** One gearmand, and retries of what was not sent. */
export const kills: SoakProgram = {
  about: "kills a gearmand 50 times under load; each submission settles, and truly",
  run: async (context) => figuresOf(await play(context, 1, 50, {})),
};

/** Three gearmands, and retries of idempotent jobs. */
export const trio: SoakProgram = {
  about: "kills three gearmands in turn for 60 seconds; no idempotent job fails, no server starves",
  async run(context) {
    const end = performance.now() + SECONDS_OF_TRIO * 1000;
    const result = await play(context, 3, () => performance.now() < end, { retry: "idempotent" });
    const { submitted, succeeded } = result;
    if (succeeded !== submitted) {
      throw new Error(
        `Expected no failed submission, ${submitted - succeeded} of ${submitted} are`,
      );
    }
    const shares = Object.values(result.runs);
    const even = shares.reduce((sum, share) => sum + share) / 3;
    if (shares.length < 3 || Math.min(...shares) < even / 4) {
      throw new Error(`Expected a fair share for each server, got ${shares.join(", ")}`);
    }
    return figuresOf(result);
  },
};
