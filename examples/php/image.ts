/**
 * The manual's image, which a worker makes smaller: as bytes, then bit by bit as one reads a file,
 * then by the idiomatic client. The image is a PGM, which says `P5 width height 255` and then a byte
 * for each pixel.
 */
import { Client, JobServer } from "../../mod.ts";
import { GEARMAN_SUCCESS, GearmanClient, GearmanWorker } from "../../src/compat/php/mod.ts";

const server = await JobServer.listen();
const { host, port } = server.address as { host: string; port: number };

/** An image of this size, a ramp from black to white. */
function pgm(width: number, height: number): Uint8Array {
  const head = new TextEncoder().encode(`P5 ${width} ${height} 255\n`);
  const image = new Uint8Array(head.length + width * height);
  image.set(head);
  for (let i = head.length; i < image.length; i++) image[i] = (i - head.length) % width;
  return image;
}

/** Every second pixel of every second row. */
function half(image: Uint8Array): Uint8Array {
  const [, width, height] = sizeOf(image).split(" ").map(Number);
  const pixels = image.subarray(image.indexOf(10) + 1);
  const small = pgm(width >> 1, height >> 1);
  const start = small.indexOf(10) + 1;
  for (let y = 0; y < height >> 1; y++) {
    for (let x = 0; x < width >> 1; x++) {
      small[start + y * (width >> 1) + x] = pixels[2 * y * width + 2 * x];
    }
  }
  return small;
}

/** What an image says of itself. */
function sizeOf(image: Uint8Array): string {
  return new TextDecoder().decode(image.subarray(0, image.indexOf(10)));
}

const worker = new GearmanWorker({ strings: "bytes" });
await worker.addServer(host, port);
worker.addFunction("resize", async (job) => {
  await job.sendStatus(0, job.workloadSize());
  return half(job.workload());
});
const working = (async () => {
  for (let i = 0; i < 3; i++) await worker.work();
})();

const client = new GearmanClient({ strings: "bytes" });
await client.addServer(host, port);
client.setCompleteCallback((task, how) => {
  console.log(`${how}: ${sizeOf(task.data() as Uint8Array)}, ${task.dataSize()} bytes`);
});
const image = pgm(200, 100);

client.addTask("resize", image, "at once");
await client.runTasks();

let sent = 0;
client.setWorkloadCallback((task) => {
  sent += task.sendWorkload(image.subarray(sent, sent + 4096)) as number;
});
client.addTask("resize", { size: image.length }, "bit by bit");
await client.runTasks();
if (client.returnCode() !== GEARMAN_SUCCESS) throw new Error(`${client.error()}`);

const idiomatic = new Client({ servers: server.address });
const small = await idiomatic.submit("resize", {
  size: image.length,
  stream: new Blob([image as Uint8Array<ArrayBuffer>]).stream(),
}).result();
console.log(`idiomatic: ${sizeOf(small)}, ${small.length} bytes`);

await working;
await idiomatic.close();
await client.__destruct();
await worker.__destruct();
await server.close();
