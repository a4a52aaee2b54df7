/** Decimal numbers of WORK_STATUS, without a loop: a loop over so few digits is mispredicted. */

const ZEROS: u64 = 0x3030303030303030;

/** The plain number below 2^31 from `at` to `end`, or -1: one to ten digits and nothing else. */
export function decimal(at: usize, end: usize): i32 {
  const length = <u32> (end - at);
  if (length - 1 > 7) return length - 9 > 1 ? -1 : longDecimal(at, length);
  return eightDigits(at, length);
}

/** One to eight digits: all at once, each step joining neighbours. */
function eightDigits(at: usize, length: u32): i32 {
  // Shifted to the end of the word, so that what lies behind the digits drops out and "0" comes in.
  const bits = <u64> (length << 3);
  const digits = (load<u64>(at) << (64 - bits) | (ZEROS >> bits) * <u64> (length < 8)) ^ ZEROS;
  const over = (digits + 0x7676767676767676 | digits) & 0x8080808080808080;
  const pairs = digits * 10 + (digits >> 8);
  const first = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const second = (pairs >> 16 & 0x000000ff000000ff) * 0x0000271000000001;
  const value = <i32> (first + second >> 32);
  return over != 0 ? -1 : value;
}

/** Nine or ten digits. */
function longDecimal(at: usize, length: u32): i32 {
  const head = eightDigits(at, 8);
  const tail = eightDigits(at + 8, length - 8);
  if (head < 0 || tail < 0) return -1;
  const value = <i64> head * (length == 9 ? 10 : 100) + <i64> tail;
  return value > <i64> i32.MAX_VALUE ? -1 : <i32> value;
}
