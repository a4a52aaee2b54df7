/** What reads docs/failures.md and what holds calls against it find what is wrong. */
import { assert, assertRejects, assertThrows, test } from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import { JobLost, LinkError } from "../../src/errors.ts";
import { check, LIMITS, type Trouble } from "./cells.ts";
import { type Ending, endingOf } from "./contract.ts";

const LOST = ["JobLost", "LOST", "accepted", "no", "at once"];

/** The same row, but for this. */
function but(at: number, cell: string): string[] {
  return LOST.map((own, index) => index === at ? cell : own);
}

test("a cell that is missing, blank or misspelt is found when the page is read", () => {
  endingOf(LOST, "here");
  endingOf(["signal.reason", "", "accepted", "", "at once"], "here");
  const wrong: readonly string[][] = [
    but(0, ""),
    but(0, "JobLots"),
    but(0, "JobFailed"),
    but(0, "GearmanError"),
    but(1, ""),
    but(1, "LOTS"),
    but(1, "FAILED"),
    but(2, ""),
    but(2, "acepted"),
    but(3, ""),
    but(3, "maybe"),
    but(4, ""),
    LOST.slice(0, 4),
    [...LOST, ""],
    ["resolves", "LOST", "", "", "at once"],
    ["resolves", "", "accepted", "", "at once"],
    ["waits", "", "", "no", "no bound"],
    ["cannot occur", "", "", "", ""],
    ["TypeError", "", "unsent", "", "at once"],
    ["signal.reason", "", "aborted", "", "at once"],
  ];
  for (const columns of wrong) {
    assertThrows(() => endingOf(columns, "here"), Error, "Expected an ending here", `${columns}`);
  }
});

/** A call that ends after so many milliseconds, with that. */
function ends(milliseconds: number, how: { error?: unknown; value?: unknown }) {
  return (clock: HandClock): Trouble => {
    const end = new Promise((resolve, reject) => {
      clock.after(milliseconds, () => "error" in how ? reject(how.error) : resolve(how.value));
    });
    return { end, value: "value", reason: "reason", outcome: () => "accepted" };
  };
}

/** What is expected, and what calls come to that do not do it. */
const BREACHES: readonly [Ending, well: Expected, ...badly: Expected[]][] = [
  [
    endingOf(["JobLost", "LOST", "accepted", "no", "timeout"], "here"),
    ends(LIMITS.timeout, { error: new JobLost() }),
    ends(LIMITS.timeout - 1, { error: new JobLost() }),
    ends(LIMITS.timeout + 1, { error: new JobLost() }),
    ends(Infinity, {}),
    ends(LIMITS.timeout, { value: "value" }),
    ends(LIMITS.timeout, { error: new Error("LOST") }),
    ends(LIMITS.timeout, { error: new JobLost({ outcome: "unsent" }) }),
    ends(LIMITS.timeout, { error: new LinkError("RESET", "", { outcome: "accepted" }) }),
  ],
  [
    endingOf(["resolves", "", "", "", "timeout + 100 ms"], "here"),
    ends(LIMITS.timeout + 100, { value: "value" }),
    ends(LIMITS.timeout + 99, { value: "value" }),
    ends(LIMITS.timeout + 101, { value: "value" }),
    ends(LIMITS.timeout + 100, { value: "another" }),
    ends(LIMITS.timeout + 100, { error: new JobLost() }),
  ],
  [
    endingOf(["waits", "", "", "", "no bound"], "here"),
    ends(Infinity, {}),
    ends(LIMITS.timeout, {}),
    ends(30 * 24 * 60 * 60 * 1_000, {}),
    ends(LIMITS.timeout, { error: new JobLost() }),
  ],
  [
    endingOf(["signal.reason", "", "accepted", "", "timeout"], "here"),
    ends(LIMITS.timeout, { error: "reason" }),
    ends(LIMITS.timeout, { error: "another" }),
  ],
  [
    { ...endingOf(["signal.reason", "", "", "", "timeout"], "here"), outcome: "unsent" },
    (clock) => ({ ...ends(LIMITS.timeout, { error: "reason" })(clock), outcome: () => "unsent" }),
    ends(LIMITS.timeout, { error: "reason" }),
  ],
];

type Expected = (clock: HandClock) => Trouble;

for (const [ending, well, ...badly] of BREACHES) {
  test(`a call that breaks "${Object.values(ending).join(" | ")}" is found`, async () => {
    const checked = (make: Expected) => {
      const clock = handClock();
      return check(ending, clock, () => make(clock));
    };
    await checked(well);
    assert(badly.length > 0);
    for (const make of badly) await assertRejects(() => checked(make));
  });
}
