/**
 * CPU time for each job of this tree against that of another revision, on this Node, in one run.
 * The base is measured twice, as two programs: what these two differ by is noise.
 *
 *     node scripts/run.mjs bench/compare/main.ts [--base=revision] [--rounds=9] [--check]
 *
 * A program's CPU time is the least of its rounds, for other programs on the machine can only add
 * to it. With `--check` it fails when this tree takes over 15 % more than the base, and the noise
 * on top of that, in three runs one after another.
 */
import process from "node:process";
import { BenchProgram } from "../jobs/program.ts";
import { countOption, flag, onlyOptions, option } from "../options.ts";
import { shuffled } from "../statistics.ts";
import { BASE } from "./base.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios.ts";
import { bundleOver, hasRevision, layOut } from "./tree.ts";

/** By how much more CPU time a job may take than at the base. */
const MOST_LOSS = 0.15;

/** So many runs must find a loss before it is believed. */
const RUNS = 3;

/** What one run found of one scenario. */
interface Finding {
  readonly scenario: ScenarioName;
  /** Microseconds a job at the base. */
  readonly base: number;
  /** This tree's CPU time by the base's. */
  readonly ratio: number;
  /** The base's by the base's, less 1, without its sign. */
  readonly noise: number;
}

const isLoss = ({ ratio, noise }: Finding): boolean => ratio > 1 + MOST_LOSS + noise;

async function compare(
  scenario: ScenarioName,
  bundles: readonly string[],
  rounds: number,
): Promise<Finding> {
  const programs = bundles.map((bundle) => new BenchProgram([process.execPath, bundle, scenario]));
  const least = bundles.map(() => Infinity);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const index of shuffled(programs.length)) {
        const { cpu, jobs } = await programs[index].takeTurn(SCENARIOS[scenario].jobs);
        if (round > 0) least[index] = Math.min(least[index], cpu / jobs * 1e6);
      }
    }
  } finally {
    await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
  }
  const [base, again, tree] = least;
  // Their middle: against the lesser of the two, a tree would lose to itself.
  const both = (base + again) / 2;
  return { scenario, base: both, ratio: tree / both, noise: Math.abs(again / base - 1) };
}

function lineOf({ scenario, base, ratio, noise }: Finding): string {
  const cells = [`${base.toFixed(2)} us`, ratio.toFixed(2), noise.toFixed(2)];
  return `  ${scenario.padEnd(22)}${cells.map((cell) => cell.padStart(12)).join("")}`;
}

async function main(): Promise<void> {
  onlyOptions("--base=", "--rounds=", "--check");
  const revision = option("base") ?? BASE;
  const rounds = countOption("rounds") ?? 9;
  if (!hasRevision(revision)) {
    console.log(`Not compared: this repository does not have revision ${revision}`);
    process.exitCode = flag("check") ? 0 : 1;
    return;
  }
  const base = await bundleOver(layOut(revision), "base");
  const bundles = [base, base, await bundleOver(".", "tree")];
  console.log(`CPU time of a job at ${revision.slice(0, 10)}, this tree's by it, and the noise`);
  let suspects = Object.keys(SCENARIOS) as ScenarioName[];
  for (let run = 0; run < RUNS && suspects.length > 0; run++) {
    const losses: ScenarioName[] = [];
    for (const scenario of suspects) {
      const finding = await compare(scenario, bundles, rounds);
      console.log(lineOf(finding));
      if (isLoss(finding)) losses.push(scenario);
    }
    suspects = losses;
    if (!flag("check")) return;
  }
  if (suspects.length === 0) return;
  console.log(`Expected no more than ${MOST_LOSS * 100} % above the base, got more: ${suspects}`);
  process.exitCode = 1;
}

await main();
