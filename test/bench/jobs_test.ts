/** The benchmark of jobs runs, with a handful of them: what it measures is no matter here. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import process from "node:process";
import { missingPeer } from "../../bench/jobs/contestants.ts";
import { command } from "../../scripts/suite/command.ts";
import { assert, assertEquals, leftToCurrentNode, missing, test } from "../_harness/mod.ts";

export const notOnWorkerd = "it starts programs";

const FILE = `build/bench/jobs_test-${process.pid}.json`;
const CHART = `build/bench/jobs_test-${process.pid}.svg`;

interface Row {
  readonly scenario: string;
  readonly name: string;
  readonly server: string;
  readonly jobsPerSecond: number;
}

test(
  "bench/jobs measures every contestant in every scenario",
  { skip: leftToCurrentNode, on: ["node"], timeout: 300_000 },
  async (t) => {
    const peers = (["c", "php"] as const).filter((name) => missingPeer(name) === false);
    const server = missing("gearmand") ? "ours" : "gearmand";
    mkdirSync("build/bench", { recursive: true });
    t.use({ close: () => [FILE, CHART].forEach((file) => rmSync(file, { force: true })) });
    const { trouble, stdout, stderr } = await command(process.execPath, [
      "scripts/run.mjs",
      "bench/jobs/main.ts",
      "--quick",
      "--loaded",
      "--in-flight=64",
      "--jobs=20",
      "--rounds=1",
      `--server=${server}`,
      `--peers=${peers}`,
      `--json=${FILE}`,
      `--svg=${CHART}`,
    ]);
    assertEquals(trouble, undefined, `${stdout}${stderr}`);
    const { rows } = JSON.parse(readFileSync(FILE, "utf8")) as { rows: Row[] };
    const bounds = (scenario: string) => [
      "raw",
      ...["bulk", "drain"].includes(scenario) ? [] : ["raw-deno", "raw-bun"],
      ...["background", "bulk"].includes(scenario) ? ["raw-unique"] : [],
    ];
    const measured = rows.map(({ scenario, name, server }) => `${scenario} ${name} ${server}`);
    assertEquals(
      measured,
      ["pair", "foreground", "background", "bulk", "drain"].flatMap((scenario) =>
        [...bounds(scenario), ...peers, "node", "deno", "bun"].map((name) =>
          `${scenario} ${name} ${server}`
        )
      ),
    );
    assertEquals(readFileSync(CHART, "utf8").match(/<rect /g)?.length, rows.length + 1);
    assert(rows.every(({ jobsPerSecond }) => jobsPerSecond > 0));
  },
);
