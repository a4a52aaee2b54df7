/** The assertions on what a function throws or a promise rejects with; both give the error back. */
import { AssertionError } from "./assertion_error.ts";

// deno-lint-ignore no-explicit-any -- a class is anything that constructs
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `fn` throws; returns what it threw. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Fails unless `fn` throws an error of that class whose message holds that text; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMessage?: ErrorClass<E> | string,
  messageIncludes?: string,
  message?: string,
): E | Error | unknown {
  const expected = expectation(classOrMessage, messageIncludes, message);
  try {
    fn();
  } catch (error) {
    return checked(error, expected);
  }
  throw new AssertionError(`Expected the function to throw${expected.suffix}`);
}

/** Fails unless the promise that `fn` returns rejects; resolves with the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** Fails unless it rejects with an error of that class whose message holds that text; resolves with it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMessage?: ErrorClass<E> | string,
  messageIncludes?: string,
  message?: string,
): Promise<E | Error | unknown> {
  const expected = expectation(classOrMessage, messageIncludes, message);
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    throw new AssertionError(
      `Expected a rejection, the function threw${expected.suffix}`,
      {
        cause: error,
      },
    );
  }
  try {
    await promise;
  } catch (error) {
    return checked(error, expected);
  }
  throw new AssertionError(`Expected the promise to reject${expected.suffix}`);
}

interface Expectation {
  readonly errorClass?: ErrorClass<Error>;
  readonly text?: string;
  readonly suffix: string;
}

function expectation(
  classOrMessage: ErrorClass<Error> | string | undefined,
  text: string | undefined,
  message: string | undefined,
): Expectation {
  const note = typeof classOrMessage === "string" ? classOrMessage : message;
  return {
    errorClass: typeof classOrMessage === "string" ? undefined : classOrMessage,
    text: typeof classOrMessage === "string" ? undefined : text,
    suffix: note ? `: ${note}` : "",
  };
}

function checked(
  error: unknown,
  { errorClass, text, suffix }: Expectation,
): unknown {
  if (errorClass === undefined) return error;
  if (!(error instanceof Error)) {
    throw new AssertionError(
      `Expected an error, got ${String(error)}${suffix}`,
    );
  }
  const { name, message } = error;
  if (!(error instanceof errorClass)) {
    throw new AssertionError(
      `Expected ${errorClass.name}, got ${name}: "${message}"${suffix}`,
      { cause: error },
    );
  }
  if (text !== undefined && !message.includes(text)) {
    throw new AssertionError(
      `Expected a message that holds "${text}", got "${message}"${suffix}`,
      { cause: error },
    );
  }
  return error;
}
