/**
 * IP networks, as rules of access name them: one address, or the first bits that many have in
 * common.
 *
 * @module
 */
import { wrongRange } from "../misuse.ts";

/** Whether an address is in the network. */
export type Network = (address: string) => boolean;

/**
 * Reads `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32` or `::1`. Throws a RangeError.
 *
 * A network of IPv4 addresses within IPv6, `::ffff:10.0.0.0/104`, is that of the IPv4 addresses. Its
 * bits may be counted from there on as well, `::ffff:10.0.0.0/8`.
 */
export function parseNetwork(text: string): Network {
  const [, address, length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const first = address === undefined ? undefined : bytesOfAddress(address);
  const all = (first?.length ?? 0) * 8;
  const given = length === undefined ? all : Number(length);
  const isMapped = all === 32 && address.includes(":");
  const bits = isMapped && given >= MAPPED_BITS ? given - MAPPED_BITS : given;
  if (first === undefined || bits > all) {
    throw wrongRange('a network, for instance "10.0.0.0/8" or "::1"', text);
  }
  return (other) => {
    const bytes = bytesOfAddress(other);
    return bytes !== undefined && bytes.length === first.length && isSame(first, bytes, bits);
  };
}

function isSame(one: Uint8Array, other: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (one[i] !== other[i]) return false;
  }
  const shift = 8 - (bits & 7);
  return shift === 8 || one[whole] >> shift === other[whole] >> shift;
}

/** 4 or 16 bytes. An IPv4 address within IPv6, as listeners on `::` show it, has 4. */
function bytesOfAddress(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return bytesOfV4(text);
  const bytes = bytesOfV6(text.replace(/%.*$/, ""));
  const isMapped = bytes !== undefined && isSame(bytes, MAPPED, MAPPED_BITS);
  return isMapped ? bytes.subarray(12) : bytes;
}

/** The first 12 bytes of an IPv4 address within IPv6. */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255);
const MAPPED_BITS = 96;

function bytesOfV4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const isGood = parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isGood ? Uint8Array.from(parts, Number) : undefined;
}

function bytesOfV6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => wordsOf(half, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const words = [...head, ...tail ?? []];
  const gap = 8 - words.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...new Array<number>(gap).fill(0), ...tail ?? []];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** The 16-bit words of a half of an IPv6 address; the last one may end as an IPv4 address does. */
function wordsOf(half: string, isLast: boolean): number[] | undefined {
  if (half === "") return [];
  const words: number[] = [];
  const parts = half.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) words.push(Number.parseInt(part, 16));
    else {
      const v4 = isLast && i === parts.length - 1 ? bytesOfV4(part) : undefined;
      if (v4 === undefined) return undefined;
      words.push(v4[0] << 8 | v4[1], v4[2] << 8 | v4[3]);
    }
  }
  return words;
}
