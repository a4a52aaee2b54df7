/**
 * Both decoders and the yardsticks on every mix and task, framing against a bare copy, and the encoder.
 *
 *     node scripts/run.mjs bench/micro/main.ts [--json] [--quick] [--ways=space,push]
 *         [--mixes=tiny,status] [--tasks=dispatch] [--variants=ts,wasm] [--memcpy=no] [--encode=no]
 *     deno run -A bench/micro/main.ts
 *     bun bench/micro/main.ts
 *
 * Ratios are against our TypeScript decoder in the same run: above 1 is faster.
 */
import process from "node:process";
import { type Task, TASKS } from "./consumers.ts";
import { copiesOf } from "./copies.ts";
import { measureEncoding } from "./encoding.ts";
import { measureFraming } from "./framing.ts";
import { type Effort, measure, type Row, type Runner } from "./measure.ts";
import { flag, listOption, onlyOptions, option } from "../options.ts";
import { type Mix, MIXES, streamOf } from "./streams.ts";
import { type VariantName, VARIANTS, type Way } from "./variant.ts";

type VariantModule = typeof import("./variant.ts");

const WAYS: readonly Way[] = ["space", "push"];

const OPTIONS = [
  "--json",
  "--quick",
  "--ways=",
  "--mixes=",
  "--tasks=",
  "--variants=",
  "--memcpy=",
  "--encode=",
];

function runtimeName(): string {
  const { bun, deno, node, v8 } = process.versions;
  if (bun !== undefined) return `bun ${bun}`;
  return deno === undefined ? `node ${node} (v8 ${v8})` : `deno ${deno} (v8 ${v8})`;
}

async function measureDecoding(effort: Effort, done: (row: Row) => void): Promise<void> {
  const copy = await copiesOf<VariantModule>("bench/micro/variant.ts");
  const variants = listOption<VariantName>("variants", VARIANTS);
  for (const way of listOption("ways", WAYS)) {
    for (const task of listOption<Task>("tasks", TASKS)) {
      for (const mix of listOption<Mix>("mixes", MIXES)) {
        const { prologue, chunks, packets } = streamOf(mix);
        const runners: Runner[] = [];
        for (const name of variants) {
          const variant = (await copy()).create(name, task, way);
          variant.feed([prologue]);
          runners.push({ name, run: () => variant.feed(chunks) });
        }
        const results = measure(runners, packets, effort);
        done({ task, way, mix, results });
      }
    }
  }
}

function print({ task, way, mix, results }: Row): void {
  const cells = results.map(({ name, time, ratio }) =>
    `${name} ${time.toFixed(1)}`.padStart(14) + ` (${ratio.toFixed(2)})`
  );
  console.log(`${task.padEnd(9)}${way.padEnd(6)}${mix.padEnd(7)}${cells.join("")}`);
}

async function main(): Promise<void> {
  onlyOptions(...OPTIONS);
  const quick = flag("quick");
  const json = flag("json");
  const effort: Effort = quick
    ? { sample: 2, warmUp: 100, repetitions: 9 }
    : { sample: 4, warmUp: 300, repetitions: 31 };
  const rows: Row[] = [];
  const done = (row: Row) => {
    rows.push(row);
    if (!json) print(row);
  };
  if (!json) console.log(`${runtimeName()}: ns a packet (ratio to the first of the line)`);
  await measureDecoding(effort, done);
  if (option("memcpy") !== "no") await measureFraming(effort, done);
  if (option("encode") !== "no") await measureEncoding(effort, done);
  if (json) console.log(JSON.stringify({ runtime: runtimeName(), rows }));
}

await main();
