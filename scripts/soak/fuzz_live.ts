/** Ten million mutated packets and lines on live connections to our server, with a good client beside. */
import process from "node:process";
import { Client } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { dial, listen } from "../../src/sockets/node.ts";
import { Worker } from "../../src/worker/mod.ts";
import { fuzzLive } from "./fuzz_play.ts";
import type { SoakProgram } from "./program.ts";

/** Bytes by which the process may grow from the middle of the run to its end. */
const GROWTH = 256 * 1024 * 1024;

/** The program `fuzz`. */
export const fuzz: SoakProgram = {
  about: "10,000,000 mutated packets and lines on live connections, a good client beside them",
  async run({ random, tell }) {
    await using server = await JobServer.listen({ listen });
    const servers = server.address;
    await using client = new Client({ servers, dial });
    await using worker = new Worker({ servers, dial, concurrency: 8 });
    worker.add("double", (job) => String(2 * Number(job.text()))).start();
    const half = { messages: 5_000_000, random, tell, client, functionName: "double" };
    const connect = () => dial(servers);
    await fuzzLive({ ...half, connect });
    const before = process.memoryUsage().rss;
    const { bytes, closed, good, left } = await fuzzLive({ ...half, connect });
    const growth = process.memoryUsage().rss - before;
    if (growth > GROWTH) throw new Error(`Expected no growth, got ${growth} bytes`);
    return {
      messages: 10_000_000,
      bytes: 2 * bytes,
      closed: 2 * closed,
      good: 2 * good,
      left,
      growth,
    };
  },
};
