/**
 * 1,000 rolling restarts of workers with drain, under load, on gearmand: no job is lost, none runs
 * twice, none fails.
 *
 * @module
 */
import { Client } from "../../src/client/mod.ts";
import { dial } from "../../src/sockets/node.ts";
import { Worker } from "../../src/worker/mod.ts";
import { startGearmand } from "../../test/_harness/processes.ts";
import type { SoakProgram } from "./program.ts";
import { rollingRestarts } from "./rolling_play.ts";

/** The program `rolling`. */
export const rolling: SoakProgram = {
  about: "1,000 rolling restarts of workers with drain, under load, on gearmand",
  async run({ random, tell }) {
    await using server = await startGearmand();
    const options = { servers: server.address, dial };
    const result = await rollingRestarts({
      restarts: 1_000,
      random,
      tell,
      client: () => new Client(options),
      worker: (concurrency) => new Worker({ ...options, concurrency }),
    });
    const { lost, twice, failed, inHand } = result;
    if (lost + twice + failed > 0) {
      throw new Error(`Expected every job to run once, got ${JSON.stringify(result)}`);
    }
    if (inHand === 0) throw new Error("Expected jobs in hand at the drains, there were none");
    return { ...result };
  },
};
