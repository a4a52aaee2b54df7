/** The benchmark of jobs runs, with a handful of them: what it measures is no matter here. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { command } from "../../scripts/suite/command.ts";
import { assert, assertEquals, missing, runtime, test } from "../_harness/mod.ts";

export const notOnWorkerd = "it starts programs";

const FILE = "build/bench/jobs_test.json";

interface Row {
  readonly scenario: string;
  readonly name: string;
  readonly jobsPerSecond: number;
}

test(
  "bench/jobs measures every contestant in every scenario",
  { skip: runtime.name === "node" ? false : "it runs on Node", timeout: 60_000 },
  async () => {
    const { trouble, stdout, stderr } = await command(process.execPath, [
      "scripts/run.mjs",
      "bench/jobs/main.ts",
      "--quick",
      "--loaded",
      "--in-flight=1,64",
      "--jobs=50",
      "--rounds=1",
      `--json=${FILE}`,
    ]);
    assertEquals(trouble, undefined, `${stdout}${stderr}`);
    const { rows } = JSON.parse(readFileSync(FILE, "utf8")) as { rows: Row[] };
    const contestants = ["raw", ...missing("php") ? [] : ["php"], "node", "deno", "bun"];
    const measured = rows.map(({ scenario, name }) => `${scenario} ${name}`);
    assertEquals(
      measured,
      ["foreground", "background", "drain"].flatMap((scenario) =>
        [1, 64].flatMap(() => contestants.map((name) => `${scenario} ${name}`))
      ),
    );
    assert(rows.every(({ jobsPerSecond }) => jobsPerSecond > 0));
  },
);
