/** Job servers with a store each: `PORT FILE`, once for each of them. Says when all of them listen. */
import process from "node:process";
import { JobServer } from "../../src/server/mod.ts";
import { listen } from "../../src/sockets/detect.ts";

const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2) {
  const [port, store] = [Number(args[i]), args[i + 1]];
  await JobServer.listen({ listen, port, store, handlePrefix: "H:t", results: { ttl: 3_600_000 } });
}
console.log("Listening");
