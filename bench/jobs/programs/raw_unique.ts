/** The bound's client with a unique in each submission. */
import process from "node:process";
import { partOf, takeTurns } from "./turns.ts";
import { rawClient } from "./raw_client.ts";

await takeTurns(rawClient(partOf(process.argv.slice(2)), true));
process.exit();
