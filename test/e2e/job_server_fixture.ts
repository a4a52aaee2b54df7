/** A job server in a process of its own, on the loopback address. Prints its port, then serves until it is ended. */
import process from "node:process";
import { JobServer } from "../../mod.ts";

const port = Number(process.argv[2] ?? 0);
const server = await JobServer.listen({ port });
const { address } = server;
console.log("port" in address ? address.port : address.path);
