/** Our job server: `server [STORE]`. Prints its port, and serves until standard input ends. */
import process from "node:process";
import { JobServer, type TcpAddress } from "../../../mod.ts";

const [, , store] = process.argv;
const server = await JobServer.listen({ store });
console.log((server.address as TcpAddress).port);
process.stdin.on("end", () => server.close()).resume();
