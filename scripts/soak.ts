/**
 * Runs the programs that are too long for the suite, and prints what they found.
 *
 *     npm run soak                          all of them
 *     npm run soak -- rolling --seed=7      some, with the chance of an earlier run
 *     npm run soak -- --list
 *
 * @module
 */
import process from "node:process";
import { damage } from "./soak/damage.ts";
import { fuzz } from "./soak/fuzz_live.ts";
import { seeded, type SoakProgram } from "./soak/program.ts";
import { kills, trio } from "./soak/kills.ts";
import { memory } from "./soak/memory.ts";
import { rolling } from "./soak/rolling_restarts.ts";
import { store } from "./soak/store_kills.ts";

/** By name; each is a file of its own in `soak/`. */
const PROGRAMS: Readonly<Record<string, SoakProgram>> = {
  rolling,
  kills,
  trio,
  memory,
  fuzz,
  store,
  damage,
};

/** Runs one program, and prints its line of the summary. Returns whether it kept its promise. */
async function soak(name: string, seed: number): Promise<boolean> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    const figures = await PROGRAMS[name].run({
      random: seeded(seed),
      tell: (progress) => console.error(`${name}: ${progress} (${seconds()})`),
    });
    const list = Object.entries(figures).map(([what, count]) => `${what} ${count}`).join(", ");
    console.log(`ok      ${name} --seed=${seed} (${seconds()}): ${list}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name} --seed=${seed} (${seconds()}): ${error}`);
    return false;
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--list")) {
    for (const [name, { about }] of Object.entries(PROGRAMS)) console.log(`${name}\t${about}`);
    return 0;
  }
  const names = args.filter((arg) => !arg.startsWith("--"));
  const option = args.find((arg) => arg.startsWith("--seed="));
  const seed = Number(option?.slice("--seed=".length) ?? Date.now() % 2 ** 32);
  const unknown = names.find((name) => !Object.hasOwn(PROGRAMS, name));
  if (unknown !== undefined || !Number.isSafeInteger(seed)) {
    console.error(`Expected names of ${Object.keys(PROGRAMS).join(", ")}, got ${args.join(" ")}`);
    return 2;
  }
  let failures = 0;
  for (const name of names.length > 0 ? names : Object.keys(PROGRAMS)) {
    if (!await soak(name, seed)) failures++;
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
