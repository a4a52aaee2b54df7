/** Text of the wire: UTF-8 both ways, with a short way for the short ASCII that names and handles are. */

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Up to this length a loop beats the built-in conversions, which cost 100 to 700 ns to enter. */
const SHORT = 64;

/** The text in a range of bytes. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/**
 * Writes `text` as UTF-8 into `into`, from `at` on, and returns where it ended. There must be room
 * for three bytes a UTF-16 unit.
 */
export function writeText(text: string, into: Uint8Array, at: number): number {
  const length = text.length;
  if (length <= SHORT) {
    let i = 0;
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) break;
      into[at + i] = unit;
    }
    if (i === length) return at + length;
  }
  return at + encoder.encodeInto(text, into.subarray(at)).written;
}

/** `text` as UTF-8, in memory of its own. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
