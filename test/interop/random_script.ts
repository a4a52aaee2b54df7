/** Random scripts for the comparison with gearmand, without what is known to differ. */
import fc from "fast-check";
import type { CommandName } from "../../src/protocol/mod.ts";
import type { Step } from "./engine_scripts.ts";

const worker = fc.constantFrom("w1", "w2", "w3");
const client = fc.constantFrom("c1", "c2");
const functionName = fc.constantFrom("f", "g");
const workload = fc.constantFrom("one", "two");
/** Handles that a script of this length will have given out, mostly. */
const handle = fc.integer({ min: 1, max: 14 }).map((n) => `H:x:${n}`);

/**
 * A function and a unique. No unique is used under two functions: GET_STATUS_UNIQUE reports either.
 * None is used in the foreground and in the background: row 4.
 */
function target(...uniques: string[]): fc.Arbitrary<[functionName: string, unique: string]> {
  return fc.tuple(functionName, fc.constantFrom(...uniques)).map(([fn, unique]) => [
    fn,
    unique.length > 1 ? `${fn}-${unique}` : unique,
  ]);
}

function submit(commands: readonly CommandName[], uniques: string[]): fc.Arbitrary<Step> {
  return fc.tuple(client, fc.constantFrom(...commands), target(...uniques), workload)
    .map(([who, command, [fn, unique], bytes]): Step => [who, command, fn, unique, bytes]);
}

const submitted = fc.oneof(
  submit(["SUBMIT_JOB", "SUBMIT_JOB_HIGH", "SUBMIT_JOB_LOW"], ["", "", "u1", "u2", "-"]),
  submit(["SUBMIT_JOB_BG", "SUBMIT_JOB_HIGH_BG", "SUBMIT_JOB_LOW_BG"], ["", "b1", "b2"]),
  fc.tuple(client, target("", "u1")).map(([who, [fn, unique]]): Step => [
    who,
    "SUBMIT_REDUCE_JOB",
    fn,
    unique,
    "reducer",
    "",
    "three",
  ]),
);

const grabbed = fc.tuple(worker, fc.constantFrom("GRAB_JOB", "GRAB_JOB_UNIQ", "GRAB_JOB_ALL"))
  .map(([who, command]): Step => [who, command]);

const slept = worker.map((who): Step => [who, "PRE_SLEEP"]);

const offered = fc.tuple(worker, fc.constantFrom("CAN_DO", "CAN_DO", "CANT_DO"), functionName)
  .map(([who, command, fn]): Step => [who, command, fn]);

const reported = fc.oneof(
  fc.tuple(worker, fc.constantFrom("WORK_COMPLETE", "WORK_DATA", "WORK_WARNING"), handle)
    .map(([who, command, job]): Step => [who, command, job, "bytes"]),
  fc.tuple(worker, handle).map(([who, job]): Step => [who, "WORK_FAIL", job]),
  fc.tuple(worker, handle).map(([who, job]): Step => [who, "WORK_STATUS", job, "1", "2"]),
);

const asked = fc.oneof(
  fc.tuple(client, handle).map(([who, job]): Step => [who, "GET_STATUS", job]),
  client.map((who): Step => [who, "GET_STATUS_UNIQUE", "f-u1"]),
  fc.tuple(client, fc.constantFrom("status\n", "prioritystatus\n", "workers\n", "show jobs\n"))
    .map(([who, line]): Step => [who, "text", line]),
);

/** A client of its own that leaves jobs behind, without a unique: row 5. */
const left = fc.oneof(
  worker.map((who): Step => [who, "leaves"]),
  fc.constant<Step>(["leaver", "leaves"]),
  functionName.map((fn): Step => ["leaver", "SUBMIT_JOB", fn, "", "left behind"]),
);

/** What happens, and how often. */
const step = fc.oneof(
  { weight: 5, arbitrary: submitted },
  { weight: 4, arbitrary: grabbed },
  { weight: 1, arbitrary: slept },
  { weight: 2, arbitrary: offered },
  { weight: 4, arbitrary: reported },
  { weight: 2, arbitrary: asked },
  { weight: 1, arbitrary: left },
);

/** Scripts of about a hundred steps. */
export const randomScript: fc.Arbitrary<Step[]> = fc.array(step, {
  minLength: 80,
  maxLength: 120,
}).map(withoutKnownDifferences);

function withoutKnownDifferences(steps: readonly Step[]): Step[] {
  const present = new Set<string>();
  const asleep = new Set<string>();
  return steps.filter(([who, what]) => {
    if (what === "leaves" && !present.delete(who)) return false;
    if (what !== "leaves") present.add(who);
    // Row 1: who sleeps twice without a grab.
    if (asleep.has(who) && what === "PRE_SLEEP") return false;
    if (what === "PRE_SLEEP") asleep.add(who);
    else if (what === "leaves" || what.startsWith("GRAB_JOB")) asleep.delete(who);
    return true;
  });
}
