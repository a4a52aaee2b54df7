/**
 * The suite: builds the package, runs the checks and the tests on every runtime, and ends with a
 * line for each and a total. `npm test` starts it; see CONTRIBUTING.md for its options.
 *
 * @module
 */
import process from "node:process";
import { buildNpm } from "../npm_package.ts";
import { runBun } from "./bun.ts";
import { bundleForNode, NODE_BUNDLES } from "./bundle.ts";
import { runDeno } from "./deno.ts";
import { gearmandTable } from "./gearmand_table.ts";
import { jobTable } from "./job_table.ts";
import { runNode } from "./node.ts";
import {
  type LegName,
  pinned,
  type Plan,
  planFrom,
  portsOf,
  runtimeProgram,
  testFiles,
} from "./plan.ts";
import {
  count,
  countText,
  detailsOf,
  judge,
  type LegReport,
  type LegRun,
  lineOf,
  unkept,
} from "./report.ts";
import { slowTable } from "./slow_table.ts";
import { runChecks } from "./static.ts";
import { surfaceTable } from "./surface_table.ts";
import { runWorkerd, workerdVersion } from "./workerd.ts";

/** Runs one leg. */
async function runLeg(name: LegName, whole: Plan): Promise<LegReport> {
  const plan = { ...whole, settings: { ...whole.settings, ...portsOf(name) } };
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const judged = async (title: string, expected: string, run: Promise<LegRun>) => {
    const done = await run.catch((error): LegRun => ({ outcomes: [], problems: [String(error)] }));
    return judge(title, expected, plan.files, done, seconds());
  };
  switch (name) {
    case "static":
      return { title: "", runtime: "static checks", ...await runChecks(), seconds: seconds() };
    case "deno":
      return await judged("Deno", `deno ${pinned("deno")}`, runDeno(plan));
    case "bun":
      return await judged("Bun", `bun ${pinned("bun")}`, runBun(plan));
    case "node20":
      return await judged("Node 20", machineNode(), runNode(name, process.execPath, plan));
    case "node26":
      return await judged(
        "Node, current",
        `node ${pinned("node")}`,
        runNode(name, runtimeProgram("node"), plan),
      );
    case "workerd":
      return await judged("workerd", workerdVersion(pinned("workerd")), runWorkerd(plan));
  }
}

/** The machine's Node is taken for the oldest that is supported: any 20 from 20.19 on. */
function machineNode(): string {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major === 20 && minor >= 19 ? `node ${process.versions.node}` : "node 20.19 or later";
}

/** Legs at once: half of what a leg does is to wait for other programs, and for their time to pass. */
const LANES = 3;

/** Runs the legs, the checks before the others, and tells of each when it has ended. */
async function runLegs(plan: Plan): Promise<LegReport[]> {
  const { legs } = plan;
  const reports = new Array<LegReport>(legs.length);
  let next = 0;
  const lane = async (until: number): Promise<void> => {
    while (next < until) {
      const at = next++;
      const report = reports[at] = await runLeg(legs[at], plan);
      console.log([`== ${lineOf(report)}`, detailsOf(report)].filter(Boolean).join("\n"));
    }
  };
  // Types, formats and layers keep both cores busy by themselves, and are what most often fails.
  await lane(legs[0] === "static" ? 1 : 0);
  await Promise.all(Array.from({ length: LANES }, () => lane(legs.length)));
  return reports;
}

async function main(): Promise<void> {
  const plan = planFrom(process.argv.slice(2));
  await buildNpm();
  if (plan.legs.some((leg) => leg.startsWith("node") || leg === "workerd")) {
    await bundleForNode([...plan.files, ...testFiles("_fixture.ts")], NODE_BUNDLES);
  }
  const reports = await runLegs(plan);
  for (const table of [surfaceTable(reports), gearmandTable(reports), jobTable(reports)]) {
    if (table !== "") console.log(`\n${table}`);
  }
  if (plan.tellsSlow) console.log(`\n${slowTable(reports)}`);
  console.log("");
  for (const report of reports) console.log(lineOf(report));
  const problems = unkept(reports);
  for (const problem of problems) console.log(`FAILED ${problem}`);
  const total = reports.map(count).reduce((sum, one) => ({
    passed: sum.passed + one.passed,
    failed: sum.failed + one.failed,
    skipped: sum.skipped + one.skipped,
  }), { passed: 0, failed: problems.length, skipped: 0 });
  console.log(countText(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

// An exit, and no sudden death: on exit everything that was started is ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
