/**
 * Feeds random and mutated streams to both decoders until they disagree.
 *
 *     node scripts/run.mjs scripts/fuzz.ts [--count <streams>] [--seed <first seed>]
 *
 * A disagreement is printed with its seed: `--count 1 --seed <seed>` repeats it.
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { createDecoder } from "../src/codec/mod.ts";
import { DifferentialFuzzer } from "../test/codec/differential.ts";

/** How many streams between two lines of progress. */
const REPORT_EVERY = 100_000;

const { values } = parseArgs({
  options: { count: { type: "string" }, seed: { type: "string" } },
});
const count = numberOf(values.count, 1_000_000);
const first = numberOf(values.seed, Math.floor(Math.random() * 2 ** 32));

const fuzzer = new DifferentialFuzzer(
  (options) => createDecoder("ts", options),
  (options) => createDecoder("wasm", options),
);
const started = performance.now();
console.log(`Trying ${count} streams from seed ${first}`);
for (let i = 0; i < count; i++) {
  const difference = fuzzer.try(first + i >>> 0);
  if (difference !== undefined) {
    console.error(`The decoders disagree\n${difference}`);
    process.exit(1);
  }
  if ((i + 1) % REPORT_EVERY === 0) console.log(`${i + 1} agreed`);
}
const seconds = (performance.now() - started) / 1000;
console.log(`${count} streams, no disagreement, ${seconds.toFixed(1)} s`);

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(number) || number < 0) {
    throw new RangeError(`Expected a whole number, got "${text}"`);
  }
  return number;
}
