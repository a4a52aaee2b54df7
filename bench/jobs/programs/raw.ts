/** The bound: a client and a worker that move ready-made bytes and only count what comes back. */
import process from "node:process";
import { partOf, takeTurns } from "./turns.ts";
import { rawClient } from "./raw_client.ts";
import { rawWork } from "./raw_worker.ts";

const part = partOf(process.argv.slice(2));
await takeTurns(part.role === "worker" ? (jobs) => rawWork(part, jobs) : rawClient(part));
process.exit();
