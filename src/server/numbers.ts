/** Decimal text as gearmand reads it, with C's `atoi` and `strtoll`: leading digits count, the rest does not. */

/**
 * Sign, and as many digits as tell that a number is beyond 64 bits, which have 19 at most: what comes
 * then changes nothing, and to make a number of millions takes minutes.
 */
const LEADING = /^[ \t\n\v\f\r]*([+-]?)0*(\d{0,20})/;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Up to this many characters a number is exact. */
const EXACT_LENGTH = 15;

function leading(text: string): string {
  const [, sign, digits] = LEADING.exec(text)!;
  return digits === "" ? "0" : sign + digits;
}

/** What STATUS_RES says for a part of WORK_STATUS: `atoi`, seen as an unsigned 32-bit number. */
export function parseUint32(text: string): number {
  const digits = leading(text);
  if (digits.length <= EXACT_LENGTH) return Number(digits) >>> 0;
  const wide = BigInt(digits);
  const clamped = wide > INT64_MAX ? INT64_MAX : wide < INT64_MIN ? INT64_MIN : wide;
  return Number(BigInt.asUintN(32, clamped));
}

/** A whole number, 0 where there is none; undefined where 64 bits do not hold it. */
export function parseInteger(text: string): number | undefined {
  const digits = leading(text);
  if (digits.length <= EXACT_LENGTH) return Number(digits);
  const wide = BigInt(digits);
  return wide > INT64_MAX || wide < INT64_MIN ? undefined : Number(wide);
}
