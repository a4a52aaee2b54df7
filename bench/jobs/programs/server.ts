/** Our job server: prints its port, and serves until standard input ends. */
import process from "node:process";
import { JobServer, type TcpAddress } from "../../../mod.ts";

const server = await JobServer.listen();
console.log((server.address as TcpAddress).port);
process.stdin.on("end", () => server.close()).resume();
