/** Text of the wire: UTF-8 both ways, with a short way for the short ASCII that names and handles are. */

// A byte-order mark is a character like others here: stripped, a name would not be the same name.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Up to this length a loop beats the decoder on V8; on JavaScriptCore it loses little. */
const SHORT_TO_DECODE = 24;

/** Memory for the units of each short length: an array for each text would be four times as large as it. */
const shortUnits = Array.from(
  { length: SHORT_TO_DECODE + 1 },
  (_, length) => new Array<number>(length).fill(0),
);

/** Up to this length a loop beats the encoder, which costs 50 to 100 ns to enter. */
const SHORT_TO_ENCODE = 64;

/** The text in a range of bytes. What is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_TO_DECODE) return decoder.decode(bytes.subarray(start, end));
  const units = shortUnits[end - start];
  let bits = 0;
  for (let i = 0; i < units.length; i++) bits |= units[i] = bytes[start + i];
  // One call for all: strings put together one by one are taken apart again when they are hashed.
  if (bits <= 0x7f) return String.fromCharCode.apply(null, units);
  return decoder.decode(bytes.subarray(start, end));
}

/** A range of bytes with one character for each. For ranges of a few thousand bytes. */
export function decodeBytes(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(null, bytes.subarray(start, end) as never);
}

/**
 * Writes `text` as UTF-8 into `into`, from `at` on, and returns where it ended. There must be room
 * for three bytes a UTF-16 unit.
 */
export function writeText(text: string, into: Uint8Array, at: number): number {
  const length = text.length;
  if (length <= SHORT_TO_ENCODE) {
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
