/** Text of the wire: UTF-8 both ways, with a short way for the short ASCII that names and handles are. */

const decoder = new TextDecoder();

/** The text in a range of bytes. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}
