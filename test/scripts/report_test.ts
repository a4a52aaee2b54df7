/** What one Node leaves to the other is kept account of, so that nothing is left to nobody. */
import { LEFT_TO_CURRENT_NODE } from "../_harness/runtime.ts";
import { type LegReport, type Outcome, unkept } from "../../scripts/suite/report.ts";
import { assertEquals, test } from "../_harness/mod.ts";

function node(title: string, ...outcomes: Partial<Outcome>[]): LegReport {
  const whole = outcomes.map((outcome): Outcome => ({
    file: "a_test.ts",
    name: "a",
    status: "passed",
    ...outcome,
  }));
  return { title, runtime: "", seconds: 0, problems: [], outcomes: whole };
}

test("unkept() names what Node 20 left to the current Node, and did not pass there", () => {
  const left = { status: "skipped", detail: LEFT_TO_CURRENT_NODE } as const;
  const old = node("Node 20", left, { name: "b" });
  const problem = "Expected to pass on the current Node, to which it was left: a_test.ts: a";
  assertEquals(unkept([old, node("Node, current", {})]), []);
  assertEquals(unkept([old, node("Node, current", { status: "failed" })]), [problem]);
  assertEquals(unkept([old, node("Node, current", { name: "b" })]), [problem]);
  assertEquals(unkept([old, node("Node, current", left)]), [problem, problem]);
  assertEquals(unkept([old, node("Deno", { status: "failed" })]), []);
  const other = node("Node 20", { status: "skipped", detail: "no php on this machine" });
  assertEquals(unkept([other, node("Node, current", { status: "failed" })]), []);
});
