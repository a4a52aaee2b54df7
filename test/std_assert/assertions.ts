/** The assertions, each with the signature it has in the package of this name on JSR. */
import { AssertionError } from "./assertion_error.ts";
import { diff } from "./diff.ts";
import { equal, firstDifference } from "./equal.ts";
import { format } from "./format.ts";

// deno-lint-ignore no-explicit-any -- a class is anything that constructs
type AnyConstructor = abstract new (...args: any[]) => any;

function stop(what: string, message?: string): never {
  throw new AssertionError(
    message === undefined ? what : `${what}: ${message}`,
  );
}

/** Fails unless `value` is true-like. */
export function assert(value: unknown, message = ""): asserts value {
  if (!value) throw new AssertionError(message);
}

/** Fails unless the condition is false-like. */
export function assertFalse(
  value: unknown,
  message = "",
): asserts value is false {
  if (value) throw new AssertionError(message);
}

/** Fails unless both are deeply equal; the message shows where they differ. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (equal(actual, expected)) return;
  const [got, wanted] = [format(actual), format(expected)];
  const where = actual instanceof Uint8Array && expected instanceof Uint8Array
    ? `, lengths ${actual.length} and ${expected.length}, ` +
      `first difference at byte ${firstDifference(actual, expected)}`
    : "";
  stop(
    `Values are not equal${where}`,
    `${message ?? ""}\n\n  - actual  + expected\n\n${
      got === wanted ? `  (alike in text)\n${got}` : diff(got, wanted)
    }\n`,
  );
}

/** Fails when both are deeply equal. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (equal(actual, expected)) {
    stop(`Expected anything but ${format(expected)}`, message);
  }
}

/** Fails unless both are the same value, as `Object.is` sees it. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const [got, wanted] = [format(actual), format(expected)];
  const what = got === wanted ? "Values are equal but not the same" : "Values are not the same";
  stop(
    what,
    `${message ?? ""}\n\n  - actual  + expected\n\n${diff(got, wanted)}\n`,
  );
}

/** Fails when both are the same value. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (Object.is(actual, expected)) {
    stop(`Expected another value than ${format(expected)}`, message);
  }
}

/** Fails unless the two numbers differ by no more than `tolerance`. Default: a ten-millionth of the expected one. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (!(Math.abs(actual - expected) <= allowed)) {
    stop(`Expected ${actual} to be within ${allowed} of ${expected}`, message);
  }
}

/** Fails unless `value` was made by the class, or one that extends it. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  message = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  stop(
    `Expected an instance of ${expectedType.name}, got ${format(actual)}`,
    message || undefined,
  );
}

/** Fails for null and undefined. */
export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    stop(`Expected a value, got ${actual}`, message);
  }
}

/** Fails unless the text matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  if (!expected.test(actual)) {
    stop(`Expected ${format(actual)} to match ${expected}`, message);
  }
}

/** Fails when the text matches. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  if (expected.test(actual)) {
    stop(`Expected ${format(actual)} not to match ${expected}`, message);
  }
}

/** Fails unless the text holds the other. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  if (!actual.includes(expected)) {
    stop(`Expected ${format(actual)} to hold ${format(expected)}`, message);
  }
}

/** Fails unless the list has a member equal to each of the expected. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  message?: string,
): void {
  const members = Array.from(actual);
  const missing = Array.from(expected).filter((one) =>
    !members.some((member) => equal(member, one))
  );
  if (missing.length > 0) {
    stop(`Expected ${format(members)} to hold ${format(missing)}`, message);
  }
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual > expected)) {
    stop(`Expected ${format(actual)} > ${format(expected)}`, message);
  }
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual >= expected)) {
    stop(`Expected ${format(actual)} >= ${format(expected)}`, message);
  }
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (!(actual < expected)) {
    stop(`Expected ${format(actual)} < ${format(expected)}`, message);
  }
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!(actual <= expected)) {
    stop(`Expected ${format(actual)} <= ${format(expected)}`, message);
  }
}

/** Fails, always. */
export function fail(message?: string): never {
  stop("Failed", message);
}

/** Fails, always: for a place that no run should come to. */
export function unreachable(reason?: string): never {
  stop("Came to a place out of reach", reason);
}
