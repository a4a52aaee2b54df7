/** What a wait leaves behind: nothing. */
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
  test,
} from "../_harness/mod.ts";
import { countedSignal } from "../_harness/counted_signal.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { JobTimeout } from "../../src/errors.ts";
import { type Abandonable, limitWait, unlessAborted, whenSettled } from "../../src/link/mod.ts";

/** A call that waits, and the reasons for which it was given up. */
function call(): Abandonable & { readonly reasons: unknown[] } {
  const reasons: unknown[] = [];
  return {
    outcome: "accepted",
    onSettled: undefined,
    reasons,
    abandon: (why) => reasons.push(why),
  };
}

test("limitWait() gives up at the time, with what may have become of the call", () => {
  const clock = handClock();
  const waiting = call();
  limitWait(waiting, { timeout: 10 }, clock, "an answer");
  clock.turn(9);
  assertEquals(waiting.reasons, []);
  clock.turn(1);
  const [error] = waiting.reasons;
  assertInstanceOf(error, JobTimeout);
  assertEquals([error.message, error.outcome], [
    "Expected an answer within 10 ms, none came",
    "accepted",
  ]);
});

test("limitWait() leaves no timer and no listener behind when the call settles", () => {
  const clock = handClock();
  const { signal, controller, listeners } = countedSignal();
  const waiting = call();
  limitWait(waiting, { timeout: 10, signal }, clock, "an answer");
  assertEquals([clock.pending, listeners.size], [1, 1]);
  waiting.onSettled!();
  assertEquals([clock.pending, listeners.size], [0, 0]);
  controller.abort();
  clock.turn(10);
  assertEquals(waiting.reasons, []);
});

test("limitWait() has one listener for all calls that share a signal, and gives each up once", () => {
  const { signal, controller, listeners } = countedSignal();
  const calls = Array.from({ length: 1_000 }, call);
  for (const one of calls) limitWait(one, { signal }, handClock(), "an answer");
  assertEquals(listeners.size, 1);
  calls[0].onSettled!();
  assertEquals(listeners.size, 1);
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(calls.map(({ reasons }) => reasons.length), [0, ...Array(999).fill(1)]);
  assertEquals(calls[1].reasons, [reason]);
});

test("limitWait() starts nothing for a signal that has aborted, and asks for none where there is none", () => {
  const clock = handClock();
  const reason = new Error("enough");
  const aborted = call();
  limitWait(aborted, { timeout: 10, signal: AbortSignal.abort(reason) }, clock, "an answer");
  assertEquals([aborted.reasons, clock.pending], [[reason], 0]);
  const endless = call();
  limitWait(endless, {}, clock, "an answer");
  assertEquals([clock.pending, endless.onSettled], [0, undefined]);
  assertThrows(() => limitWait(call(), { timeout: -1 }, clock, "an answer"), RangeError, "timeout");
});

test("limitWait() counts from when it is told to, and says the whole limit", () => {
  const clock = handClock();
  clock.turn(100);
  const waiting = call();
  limitWait(waiting, { timeout: 10 }, clock, "an answer", 95);
  clock.turn(5);
  assertEquals((waiting.reasons[0] as Error).message, "Expected an answer within 10 ms, none came");
  const late = call();
  limitWait(late, { timeout: 10 }, clock, "an answer", 0);
  clock.turn(0);
  assertEquals(late.reasons.length, 1);
});

test("whenSettled() adds to what is called, in order", () => {
  const called: number[] = [];
  const waiting = call();
  for (const one of [1, 2, 3]) whenSettled(waiting, () => called.push(one));
  waiting.onSettled!();
  assertEquals(called, [1, 2, 3]);
});

test("unlessAborted() is the promise or the reason, and leaves no listener", async () => {
  const { signal, controller, listeners } = countedSignal();
  assertEquals(await unlessAborted(Promise.resolve(1), signal), 1);
  const failure = new Error("no");
  assertEquals(await assertRejects(() => unlessAborted(Promise.reject(failure), signal)), failure);
  await undefined;
  assertEquals(listeners.size, 0);
  const never = new Promise(() => {});
  const reason = new Error("enough");
  const ends = [unlessAborted(never, signal), unlessAborted(never, signal)];
  assertEquals(listeners.size, 1);
  controller.abort(reason);
  for (const end of [...ends, unlessAborted(never, signal)]) {
    assertEquals(await assertRejects(() => end), reason);
  }
});
