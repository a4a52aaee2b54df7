/**
 * One test for each cell of a chapter of docs/failures.md, and one that finds cells without a test
 * and tests without a cell.
 *
 * @module
 */
import { assert, assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import * as errors from "../../src/errors.ts";
import { type Cell, chapter, isPossible } from "./contract.ts";

/** The limits in play: each a number of its own, so that none can pass for another. */
export const LIMITS = {
  dialTimeout: 1_300,
  answerTimeout: 1_700,
  heartbeat: 1_100,
  timeout: 700,
  backoff: 1_550,
  /** Two waits. */
  retryFor: 3_100,
} as const;

/** Milliseconds that the clock is turned by at once: what follows of one step is there before the next. */
const STEP = 50;

/** A call under way, its trouble on its way. */
export interface Trouble {
  /** The end of the call. */
  readonly end: Promise<unknown>;
  /** What may have become of the request, where the error does not say it. */
  readonly outcome?: () => string;
  /** What an abort was given. */
  readonly reason?: unknown;
}

/** What a scenario works with. */
export interface Stage {
  readonly t: TestContext;
  /** Shows 0, and stands still. */
  readonly clock: HandClock;
}

/** Brings a call into trouble. A throw of its own is taken for the call's. */
export type Scenario<Call> = (stage: Stage, call: Call) => Trouble | Promise<Trouble>;

/** Registers the tests of a chapter: `calls` and `scenarios` by their names on the page. */
export function testCells<Call>(
  title: string,
  calls: Readonly<Record<string, Call>>,
  scenarios: Readonly<Record<string, Scenario<Call>>>,
): void {
  const { vocabulary, sections } = chapter(title);
  const possible = sections.flatMap(({ cells }) => cells.filter(isPossible));

  test(`docs/failures.md, "${title}": no cell without a test, no test without a cell`, () => {
    assertEquals(sections.flatMap((section) => section.calls).sort(), Object.keys(calls).sort());
    for (const { calls, cells } of sections) {
      assertEquals(cells.map(({ when }) => when), vocabulary, `In the table of ${calls}`);
    }
    const tested = new Set(possible.map(({ when }) => when));
    assertEquals([...tested].sort(), Object.keys(scenarios).sort());
  });

  for (const section of sections) {
    for (const name of section.calls) {
      for (const cell of section.cells.filter(isPossible)) {
        test(`${name}: ${cell.when}`, async (t) => {
          const clock = handClock();
          await check(cell, clock, () => scenarios[cell.when]({ t, clock }, calls[name]));
        });
      }
    }
  }
}

/** Holds a call against its cell. */
export async function check(
  cell: Cell,
  clock: HandClock,
  begin: () => Trouble | Promise<Trouble>,
): Promise<void> {
  let trouble: Trouble;
  try {
    trouble = await begin();
  } catch (error) {
    trouble = { end: Promise.reject(error) };
  }
  const ending = watched(trouble.end);
  if (cell.within === "no bound") {
    assertEquals(cell.error, "waits");
    clock.turn(24 * 60 * 60 * 1_000);
    await quiet();
    return assert(!ending.hasCome, "Expected no end within a day, one came");
  }
  const bound = boundOf(cell.within);
  if (bound > 0) {
    await pass(clock, bound - 1);
    assert(!ending.hasCome, `Expected no end before ${bound} ms, one came`);
    clock.turn(1);
  }
  if (cell.error === "resolves") {
    await trouble.end;
    return assertEquals(clock.now(), bound);
  }
  const error = await ending.error;
  assertEquals(clock.now(), bound);
  if (cell.error === "signal.reason") {
    assert(error === trouble.reason, `Expected the reason of the abort, got ${error}`);
  } else {
    // What is blank on the page says nothing: of an event's reason, nobody asks what it was about.
    const columns = cell.code !== "" && cell.retriable === "" ? 2 : 3;
    assertEquals(described(error).slice(0, columns), described(cell).slice(0, columns));
    assert(isOf(error as Error, cell.error), `Expected a ${cell.error}, got ${error}`);
  }
  if (cell.outcome !== "") {
    assertEquals((error as { outcome?: string }).outcome ?? trouble.outcome?.(), cell.outcome);
    if (trouble.outcome !== undefined) assertEquals(trouble.outcome(), cell.outcome);
  }
}

/** Lets time pass, and what comes of it. */
async function pass(clock: HandClock, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= STEP) {
    clock.turn(Math.min(left, STEP));
    await quiet();
  }
}

interface Ending {
  hasCome: boolean;
  /** What the promise rejects with. */
  readonly error: Promise<unknown>;
}

function watched(end: Promise<unknown>): Ending {
  const error = end.then((value) => {
    throw new Error(`Expected an error, the call ended well with ${value}`);
  }, (error: unknown) => error);
  // Nobody asks for it where the call is to end well.
  error.catch(() => {});
  const ending = { hasCome: false, error };
  end.then(() => ending.hasCome = true, () => ending.hasCome = true);
  return ending;
}

/** "heartbeat + answerTimeout + 100 ms" in milliseconds. */
function boundOf(within: string): number {
  if (within === "at once") return 0;
  return within.split(" + ").reduce((sum, term) => {
    const named = LIMITS[term as keyof typeof LIMITS];
    const milliseconds = named ?? Number(/^([\d,]+) ms$/.exec(term)?.[1].replace(",", ""));
    assert(milliseconds > 0, `Expected a bound on time, got "${within}"`);
    return sum + milliseconds;
  }, 0);
}

/** Class, code and whether it may be tried again, of an error or of a cell. */
function described(of: unknown): unknown[] {
  const { name, error, code = "", retriable = "" } = of as Record<string, string | boolean>;
  return [
    name ?? error,
    code,
    typeof retriable === "string" ? retriable : retriable ? "yes" : "no",
  ];
}

function isOf(error: Error, name: string): boolean {
  const errorClass = (errors as unknown as Record<string, ErrorConstructor>)[name] ??
    (globalThis as unknown as Record<string, ErrorConstructor>)[name];
  return error instanceof errorClass;
}

/** Lets everything happen that happens without time: memory sockets need nothing else. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 500; i++) await undefined;
}
