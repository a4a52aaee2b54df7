/**
 * CPU time of a process that receives packets over one of our sockets and follows their jobs, with
 * each decoder, on each runtime. This process sends.
 *
 *     node scripts/run.mjs bench/sockets/main.ts [--runtimes=node,deno,bun]
 *         [--mixes=status,p65536,p4194304] [--rounds=5]
 *
 * So many rounds by each of three pairs of processes, since pairs differ in compiled code and memory.
 * Medians; the ratio is the median of each round's, TypeScript's time by the kernel's: above 1 the
 * kernel is faster. In brackets are the least and the greatest median of a pair.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { bundleForNode, RUN_FOLDER } from "../../scripts/suite/bundle.ts";
import { type CommandLine, commandOf, RUNTIMES } from "../../scripts/suite/programs.ts";
import { BenchProgram } from "../jobs/program.ts";
import { streamOf } from "../micro/streams.ts";
import { countOption, listOption, onlyOptions } from "../options.ts";
import { median, shuffled } from "../statistics.ts";
import { bytesOf, SOCKET_MIXES, type SocketMix } from "./mixes.ts";

const RECEIVER = "bench/sockets/receiver.ts";
const CODECS = ["ts", "wasm"] as const;

/** Bytes of a turn: some tenths of a second. */
const TURN_BYTES = 128 * 1024 * 1024;

/** Rounds that only warm up. */
const WARM_UPS = 3;

const PAIRS = 3;

onlyOptions("--runtimes=", "--mixes=", "--rounds=");
const ROUNDS = countOption("rounds") ?? 5;

/** Sends a stream for each byte that comes. */
async function sendTo(socket: Socket, stream: Uint8Array): Promise<void> {
  for await (const asked of socket as AsyncIterable<Uint8Array>) {
    for (let i = 0; i < asked.length; i++) {
      if (!socket.write(stream)) await once(socket, "drain");
    }
  }
}

async function listen(stream: Uint8Array): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    // A receiver that is done is ended, which may look like a reset.
    sendTo(socket, stream).catch(() => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Microseconds of CPU time for a packet, of each codec, by rounds. */
async function measure(command: CommandLine, mix: SocketMix): Promise<number[][]> {
  const { chunks, packets } = streamOf(mix);
  const server = await listen(Buffer.concat(chunks));
  const { port } = server.address() as AddressInfo;
  const receivers = CODECS.map((codec) => new BenchProgram([...command, codec, mix, String(port)]));
  const streams = Math.ceil(TURN_BYTES / bytesOf(chunks));
  const times: number[][] = CODECS.map(() => []);
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const index of shuffled(CODECS.length)) {
      const { cpu } = await receivers[index].takeTurn(streams);
      if (round >= 0) times[index].push(cpu / (streams * packets) * 1e6);
    }
  }
  await Promise.all(receivers.map((receiver) => receiver[Symbol.asyncDispose]()));
  server.close();
  return times;
}

await bundleForNode([RECEIVER], RUN_FOLDER);
console.log(
  "µs of CPU a packet".padEnd(20) + CODECS.map((name) => name.padStart(10)).join("") + "   ratio",
);
for (const runtime of listOption("runtimes", RUNTIMES)) {
  for (const mix of listOption("mixes", SOCKET_MIXES)) {
    const times: number[][] = CODECS.map(() => []);
    const ratios: number[][] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const [ts, wasm] = await measure(commandOf(RECEIVER, runtime), mix);
      times[0].push(...ts);
      times[1].push(...wasm);
      ratios.push(ts.map((time, round) => time / wasm[round]));
    }
    const ofPairs = ratios.map(median);
    const [least, most] = [Math.min(...ofPairs), Math.max(...ofPairs)];
    console.log(
      `${runtime} ${mix}`.padEnd(20) +
        times.map((some) => median(some).toFixed(3).padStart(10)).join("") +
        median(ratios.flat()).toFixed(2).padStart(8) +
        `  (${least.toFixed(2)} to ${most.toFixed(2)})`,
    );
  }
}
