/** A picture there, a smaller one back, with its progress: a worker that shrinks PNGs to half their size. */
import { decode, type DecodedPng, encode } from "fast-png";
import { Client, type Job, JobServer, Worker } from "../mod.ts";

/** A photograph would be larger; this one is drawn here, so that the example needs no file. */
function picture(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([255 * x / width, 255 * y / height, (x ^ y) & 255], (y * width + x) * 3);
    }
  }
  return encode({ width, height, data, channels: 3 });
}

/** Half the size: each pixel is the mean of four. */
async function halve(job: Job): Promise<Uint8Array> {
  const { width, height, channels, data }: DecodedPng = decode(job.workload);
  const small = { width: width >> 1, height: height >> 1, channels };
  const pixels = new Uint8Array(small.width * small.height * channels);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = (2 * y * width + 2 * x) * channels + channel;
        const below = at + width * channels;
        const sum = data[at] + data[at + channels] + data[below] + data[below + channels];
        pixels[(y * small.width + x) * channels + channel] = sum >> 2;
      }
    }
    if ((y + 1) % 32 > 0) continue;
    job.status(y + 1, small.height);
    await job.flushed(); // lets what was told so far go out, and the signal be heard
    job.signal.throwIfAborted();
  }
  return encode({ ...small, data: pixels });
}

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address });
worker.add("halve", halve, { timeout: 30_000 });
worker.start();

const client = new Client({ servers: server.address });
const original = picture(512, 256);
const task = client.submit("halve", original);
for await (const event of task) {
  if (event.type === "status") console.log(`${event.numerator} of ${event.denominator} lines`);
}
const { width, height } = decode(await task.result());
console.log(`512 x 256 became ${width} x ${height}`);

await client.close();
await worker.drain();
await server.close();
