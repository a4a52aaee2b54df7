/**
 * One test for each cell of a chapter of docs/failures.md, and one that finds cells without a test
 * and tests without a cell. What the page says cannot occur is tried as well: the reason it gives
 * stands in the test, with what the call comes to instead.
 *
 * @module
 */
import { assert, assertEquals, test, type TestContext } from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import * as errors from "../../src/errors.ts";
import { chapter, type Ending, isPossible } from "./contract.ts";

/** The limits in play: each a number of its own, so that none can pass for another. */
export const LIMITS = {
  dialTimeout: 1_300,
  answerTimeout: 1_700,
  heartbeat: 1_100,
  timeout: 1_030,
  backoff: 1_550,
  /** Two waits. */
  retryFor: 3_100,
} as const;

/** How many things that wait for their time are let have it, where a call is to have no bound. */
const TURNS = 100;

/** A call under way, its trouble on its way. */
export interface Trouble {
  /** The end of the call. */
  readonly end: Promise<unknown>;
  /** What it resolves with, where it ends well. Default: undefined. */
  readonly value?: unknown;
  /** What may have become of the request, where the error does not say it. */
  readonly outcome?: () => string;
  /** What an abort was given. */
  readonly reason?: unknown;
  /** When the call was made, by the clock. Default: 0. */
  readonly since?: number;
}

/** What a scenario works with. */
export interface Stage {
  readonly t: TestContext;
  /** Shows 0, and stands still. */
  readonly clock: HandClock;
}

/** Brings a call into trouble. A throw of its own is taken for the call's. */
export type Scenario<Call> = (stage: Stage, call: Call) => Trouble | Promise<Trouble>;

/** What a call comes to where the page says of a trouble that it cannot occur. */
export interface Instead<Call> extends Partial<Ending> {
  readonly error: string;
  readonly within: string;
  /** What is tried. Default: the scenario of the trouble. */
  readonly scenario?: Scenario<Call>;
}

/** The same for each trouble, or not. */
export type InsteadOf<Call> = Instead<Call> | ((when: string) => Instead<Call>);

/** It ends as if nothing had been wrong. */
export const ENDS_WELL = { error: "resolves", within: "at once" } as const;

/** It is not touched by it. */
export const GOES_ON = { error: "waits", within: "no bound" } as const;

const BLANK = { code: "", outcome: "", retriable: "" } as const;

/**
 * Registers the tests of a chapter: `calls` and `scenarios` by their names on the page, `instead` by
 * the reasons there.
 */
export function testCells<Call>(
  title: string,
  calls: Readonly<Record<string, Call>>,
  scenarios: Readonly<Record<string, Scenario<Call>>>,
  instead: Readonly<Record<string, InsteadOf<Call>>> = {},
): void {
  const { vocabulary, sections } = chapter(title);

  test(`docs/failures.md, "${title}": no cell without a test, no test without a cell`, () => {
    assertEquals(sections.flatMap((section) => section.calls).sort(), Object.keys(calls).sort());
    for (const { calls, cells } of sections) {
      assertEquals(cells.map(({ when }) => when), vocabulary, `In the table of ${calls}`);
    }
    assertEquals([...vocabulary].sort(), Object.keys(scenarios).sort());
    const impossible = sections.flatMap(({ cells }) => cells.filter((cell) => !isPossible(cell)));
    const reasons = new Set(impossible.map(({ within }) => within));
    assertEquals([...reasons].sort(), Object.keys(instead).sort());
  });

  for (const { calls: names, cells } of sections) {
    for (const name of names) {
      for (const cell of cells) {
        const { when } = cell;
        const other = isPossible(cell) ? undefined : insteadOf(instead[cell.within], when);
        test(`${name}: ${when}${other === undefined ? "" : ", which cannot occur"}`, async (t) => {
          const clock = handClock();
          const scenario = other?.scenario ?? scenarios[when];
          const ending = other === undefined ? cell : { ...BLANK, ...other };
          await check(ending, clock, () => scenario({ t, clock }, calls[name]));
        });
      }
    }
  }
}

function insteadOf<Call>(of: InsteadOf<Call>, when: string): Instead<Call> {
  return typeof of === "function" ? of(when) : of;
}

/** Holds a call against what it is to end with, and when: not a millisecond before, nor after. */
export async function check(
  ending: Ending,
  clock: HandClock,
  begin: () => Trouble | Promise<Trouble>,
): Promise<void> {
  let trouble: Trouble;
  try {
    trouble = await begin();
  } catch (error) {
    trouble = { end: Promise.reject(error) };
  }
  const { end, value, outcome, reason, since = 0 } = trouble;
  const watch = watched(end);
  await quiet();
  if (ending.error === "waits" || ending.within === "no bound") {
    assertEquals([ending.error, ending.within], ["waits", "no bound"]);
    return await waits(watch, clock);
  }
  const bound = boundOf(ending.within);
  if (bound > 0) {
    await pass(clock, since + bound - 1);
    assert(!watch.hasCome, `Expected no end before ${bound} ms, one came`);
    clock.turn(1);
  }
  // The clock stands still meanwhile.
  for (let i = 0; i < TURNS && !watch.hasCome; i++) await quiet();
  assert(watch.hasCome, `Expected an end after ${bound} ms, none came`);
  assertEquals(clock.now() - since, bound);
  if (ending.error === "resolves") return assertEquals(await end, value);
  const error = await end.then((value) => {
    throw new Error(`Expected an error, the call ended well with ${value}`);
  }, (error: unknown) => error);
  if (ending.error === "signal.reason") {
    assert(error === reason, `Expected the reason of the abort, got ${error}`);
    return assertEquals(ending.outcome, outcome?.() ?? "");
  }
  assert(isOf(error, ending.error), `Expected a ${ending.error}, got ${error}`);
  assertEquals(described(error), [ending.error, ending.code, ending.outcome, ending.retriable]);
  if (ending.code !== "" && outcome !== undefined) assertEquals(outcome(), ending.outcome);
}

/**
 * Nothing ends it: not what waits for its time, one after the other, until nothing does any more;
 * or, where a heart beats for ever, for so many beats.
 */
async function waits(watch: Watch, clock: HandClock): Promise<void> {
  for (let i = 0; i < TURNS; i++) {
    assert(!watch.hasCome, `Expected no end, one came after ${clock.now()} ms`);
    if (clock.next === undefined) return;
    clock.turn(clock.next - clock.now());
    await quiet();
  }
  assert(!watch.hasCome, `Expected no end, one came after ${clock.now()} ms`);
}

/** Lets time pass until then, and what comes of it: all of one thing before the next falls due. */
async function pass(clock: HandClock, until: number): Promise<void> {
  while (clock.now() < until) {
    clock.turn(Math.min(clock.next ?? until, until) - clock.now());
    await quiet();
  }
}

/** Whether a call has ended. */
interface Watch {
  hasCome: boolean;
}

function watched(end: Promise<unknown>): Watch {
  const watch = { hasCome: false };
  end.then(() => watch.hasCome = true, () => watch.hasCome = true);
  return watch;
}

/** "heartbeat + answerTimeout + 100 ms", or "7 × backoff", in milliseconds. */
function boundOf(within: string): number {
  if (within === "at once") return 0;
  return within.split(" + ").reduce((sum, term) => {
    const [, times = 1, name] = /^(?:(\d+) × )?(\w+)$/.exec(term) ?? [];
    const named = LIMITS[name as keyof typeof LIMITS] * Number(times);
    const milliseconds = named || Number(/^([\d,]+) ms$/.exec(term)?.[1].replace(",", ""));
    assert(milliseconds > 0, `Expected a bound on time, got "${within}"`);
    return sum + milliseconds;
  }, 0);
}

/** Class, code, outcome and whether it may be tried again; all but the first only of our errors. */
function described(error: unknown): unknown[] {
  const { name } = error as Error;
  if (!(error instanceof errors.GearmanError)) return [name, "", "", ""];
  const { code, outcome, retriable } = error;
  return [name, code, outcome, retriable ? "yes" : "no"];
}

function isOf(error: unknown, name: string): boolean {
  const errorClass = (errors as unknown as Record<string, ErrorConstructor>)[name] ??
    (globalThis as unknown as Record<string, ErrorConstructor>)[name];
  return error instanceof errorClass;
}

/** Lets everything happen that happens without time: memory sockets need nothing else. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 500; i++) await undefined;
}
