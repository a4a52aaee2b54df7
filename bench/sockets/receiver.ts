/**
 * Receives packets over one of our sockets, and follows their jobs: `receiver CODEC MIX PORT`. Takes
 * turns as bench/jobs/programs/turns.ts says, of so many streams each.
 */
import process from "node:process";
import { type CodecChoice, createDecoder } from "../../src/codec/mod.ts";
import { dial } from "../../src/sockets/detect.ts";
import type { Sink } from "../../src/sockets/socket.ts";
import { Stopwatch, takeTurns } from "../jobs/programs/turns.ts";
import { consumerOf } from "../micro/consumers.ts";
import { streamOf } from "../micro/streams.ts";
import { bytesOf, type SocketMix } from "./mixes.ts";

const [, , codec, mix, port] = process.argv;
const { prologue, chunks } = streamOf(mix as SocketMix);
const streamBytes = bytesOf(chunks);
const decoder = createDecoder(codec as CodecChoice);
const consumer = consumerOf("dispatch");
decoder.push(prologue, consumer);

let awaited = 0;
let onAll = () => {};

function came(count: number): true {
  awaited -= count;
  if (awaited === 0) onAll();
  return true;
}

const sink: Sink = {
  space: () => decoder.space(),
  filled: (count) => {
    decoder.filled(count, consumer);
    return came(count);
  },
  push: (chunk) => {
    decoder.push(chunk, consumer);
    return came(chunk.length);
  },
  ended: (reason) => {
    if (reason !== undefined) throw reason;
  },
};

const socket = await dial({ host: "127.0.0.1", port: Number(port) });
socket.pump(sink);
await takeTurns(async (streams) => {
  const watch = new Stopwatch();
  const all = new Promise<void>((resolve) => onAll = resolve);
  awaited = streams * streamBytes;
  // A byte for each.
  await socket.write(new Uint8Array(streams));
  await all;
  return watch.report(streams);
});
process.exit();
