/**
 * How our job server stands to gearmand, a row for each runtime: how many of the measured facts have
 * a test, and how many of them we keep in another way on purpose; and of the scripts that both
 * servers were played, how many were answered alike, and how many otherwise, as they must be. Made
 * of the names of tests.
 *
 * @module
 */
import type { LegReport, Outcome } from "./report.ts";

const FACTS_TEST = /^all (\d+) protocol facts are tested, (\d+) of them as differences on purpose$/;
const EQUAL_TEST = /^JobServer answers as gearmand does: /;
const DIFFERENT_TEST = /^JobServer differs: /;

const HEADINGS = ["beside gearmand", "facts", "on purpose", "alike", "otherwise"];

/** The table, or nothing where no such test ran. */
export function gearmandTable(reports: readonly LegReport[]): string {
  const rows = reports.map(({ runtime, outcomes }) => {
    const [facts] = outcomes.filter(({ name }) => FACTS_TEST.test(name));
    const [, count = "none", different = "none"] = FACTS_TEST.exec(facts?.name ?? "") ?? [];
    const kept = facts?.status === "passed" ? [count, different] : ["none", "none"];
    return [runtime, ...kept, passed(outcomes, EQUAL_TEST), passed(outcomes, DIFFERENT_TEST)];
  }).filter((cells) => cells.slice(1).some((cell) => cell !== "none"));
  if (rows.length === 0) return "";
  return [HEADINGS, ...rows].map((cells) =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(24) : cell.padStart(12)).join("")
  ).join("\n");
}

/** How many tests of such a name have passed, of how many if there are others. */
function passed(outcomes: readonly Outcome[], name: RegExp): string {
  const ran = outcomes.filter((one) => name.test(one.name) && one.status !== "skipped");
  if (ran.length === 0) return "none";
  const good = ran.filter(({ status }) => status === "passed").length;
  return good === ran.length ? `${good}` : `${good} of ${ran.length}`;
}
