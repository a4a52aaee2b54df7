/** Bytes by the megabyte: made, and compared. */
import { assert, assertEquals } from "./assert.ts";

/** Bytes that hold every value, and whose order shows: the period is a prime above 256. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i % 257;
  return bytes;
}

/** As `assertEquals`, but at a speed for megabytes, and with no text made of them when it fails. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  // A loop of its own: a call for each byte would take seconds.
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  assert(at === actual.length, `Expected the same bytes, they differ at ${at}`);
}
