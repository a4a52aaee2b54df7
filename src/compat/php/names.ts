/**
 * Names as the extension limits them.
 *
 * @module
 */
import { bytesOf } from "./strings.ts";

/** Bytes of the longest function name. */
export const MAX_FUNCTION_BYTES = 512;

/** Bytes of the longest handle that servers give. */
export const MAX_HANDLE_BYTES = 63;

/** What is wrong with a name, if anything. */
export function wrongName(name: string, what: string, most: number): string | undefined {
  const bytes = bytesOf(name).length;
  return bytes > 0 && bytes <= most
    ? undefined
    : `Expected ${what} of 1 to ${most} bytes, got ${bytes}`;
}
