/**
 * A peer of the sockets conformance in a process of its own, for runtimes that cannot listen: takes
 * its name and the address to listen on, as JSON, prints the address it got, and ends with its
 * standard input.
 */
import process from "node:process";
import { listen } from "../../src/sockets/detect.ts";
import { type PeerName, startPeer } from "./peers.ts";

const [name, at] = process.argv.slice(2);
const peer = await startPeer(name as PeerName, listen, JSON.parse(at));
console.log(JSON.stringify(peer.address));
process.stdin.on("end", () => peer.close()).resume();
