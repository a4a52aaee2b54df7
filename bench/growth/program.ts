/** Measures one subject at one count: `SUBJECT COUNT`. Prints a cost as JSON. */
import process from "node:process";
import type { Cost, SubjectName } from "./costs.ts";
import { SUBJECTS } from "./subjects.ts";

const { Bun: bun, gc } = globalThis as { Bun?: { gc(force: boolean): void }; gc?: () => void };

/** Bytes in use, once a collection frees no more to speak of. */
async function bytesInUse(): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 10; i++) {
    if (bun !== undefined) bun.gc(true);
    else if (gc !== undefined) gc();
    else throw new Error("Expected a runtime that collects garbage on request (--expose-gc)");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const now = heapUsed + arrayBuffers;
    if (now > least * 0.999) break;
    least = now;
  }
  return least;
}

const [name, text] = process.argv.slice(2);
const count = Number(text);
const grow = SUBJECTS[name as SubjectName];
// What is made once, and compiled, is not the subject's.
await grow(Math.min(count, 1_000), () => Promise.resolve());
const before = await bytesInUse();
let bytes = 0;
let measuring = 0;
const start = performance.now();
await grow(count, async () => {
  const now = performance.now();
  bytes = (await bytesInUse() - before) / count;
  measuring = performance.now() - now;
});
const time = (performance.now() - start - measuring) * 1e3 / count;
console.log(JSON.stringify({ count, time, bytes } satisfies Cost));
process.exit();
