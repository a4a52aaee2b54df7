/** Sizes as they are typed: `65536`, `64K`, `10M`, `1G`. */
import { got } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Less has no room for the names in a packet, let alone a workload. */
const LEAST_PACKET = "2K";

/** The library takes no more. */
const LARGEST_PACKET = "1G";

/** What --max-packet-bytes is where nobody says so: the library's own. */
export const DEFAULT_PACKET_BYTES: number = 64 * 1024 ** 2;

/** The bytes of a size, from one to another. Undefined stays so. Throws a {@linkcode UsageError}. */
export function bytesOf(
  text: string | undefined,
  flag: string,
  least = "0",
  most?: string,
): number | undefined {
  if (text === undefined) return undefined;
  const bytes = read(text);
  const isWithin = bytes >= read(least) && bytes <= (most === undefined ? Infinity : read(most));
  if (Number.isSafeInteger(bytes) && isWithin) return bytes;
  const range = most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`;
  throw new UsageError(
    `Expected --${flag} to be a size such as 65536, 64K or 10M${range}, got ${got(text)}`,
  );
}

/** What --max-packet-bytes says. */
export function packetBytesOf(text: string | undefined): number | undefined {
  return bytesOf(text, "max-packet-bytes", LEAST_PACKET, LARGEST_PACKET);
}

/** What --FLAG says, where a packet at least must fit. */
export function roomOf(text: string | undefined, flag: string): number | undefined {
  return bytesOf(text, flag, LEAST_PACKET);
}

function read(text: string): number {
  const [, digits, unit] = /^(\d{1,15})([KMG]?)$/i.exec(text) ?? [];
  return digits === undefined ? NaN : Number(digits) * UNITS[unit.toUpperCase()];
}
