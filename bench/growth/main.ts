/**
 * What one more costs, the more there are: time and bytes of tasks, queued jobs, functions and
 * connections, in powers of ten, each in a program of its own on this Node.
 *
 *     node scripts/run.mjs bench/growth/main.ts [--subject=name,...] [--most=count] [--svg=file]
 *         [--json=file]
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { bundleForNode, RUN_FOLDER } from "../../scripts/suite/bundle.ts";
import { buildNpm } from "../../scripts/npm_package.ts";
import { countOption, listOption, onlyOptions, option } from "../options.ts";
import { type Curve, plotOf } from "./plot.ts";
import { type Cost, MOST, type SubjectName } from "./costs.ts";

const PROGRAM = "bench/growth/program.ts";

function measure(subject: SubjectName, count: number): Cost {
  const program = `${RUN_FOLDER}/${PROGRAM.replace(/\.ts$/, ".mjs")}`;
  const flags = ["--expose-gc", "--max-old-space-size=8192"];
  const { stdout, status } = spawnSync(
    process.execPath,
    [...flags, program, subject, String(count)],
    { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Expected ${PROGRAM} to end with code 0, got ${status}`);
  return JSON.parse(stdout);
}

async function main(): Promise<void> {
  onlyOptions("--subject=", "--most=", "--svg=", "--json=");
  const most = countOption("most") ?? Infinity;
  const subjects = listOption("subject", Object.keys(MOST) as SubjectName[]);
  await buildNpm();
  await bundleForNode([PROGRAM], RUN_FOLDER);
  const curves: Curve[] = [];
  for (const subject of subjects) {
    console.log(`${subject.padEnd(24)}${"us each".padStart(12)}${"bytes each".padStart(12)}`);
    const costs: Cost[] = [];
    for (let count = 1; count <= Math.min(MOST[subject], most); count *= 10) {
      const cost = measure(subject, count);
      costs.push(cost);
      const cells = [cost.time.toFixed(1), Math.round(cost.bytes).toLocaleString("en")];
      console.log(
        count.toLocaleString("en").padStart(24) + cells.map((cell) => cell.padStart(12)).join(""),
      );
    }
    curves.push({ title: subject, costs });
  }
  const [svg, json] = [option("svg"), option("json")];
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(curves, undefined, 2)}\n`);
  if (svg !== undefined) writeFileSync(svg, plotOf(curves));
}

await main();
