/**
 * Decimal numbers of WORK_STATUS, without a loop: a loop over so few digits is mispredicted.
 * Inlined, hence methods of a class.
 */

const ZEROS: u64 = 0x3030303030303030;

export abstract class Decimal {
  /** The plain number below 2^31 from `at` to `end`, or -1: one to ten digits and nothing else. */
  @inline
  static parse(at: usize, end: usize): i32 {
    const length = <u32> (end - at);
    return length - 1 < 8 ? Decimal.upToEight(at, length) : parseLong(at, length);
  }

  /** One to eight digits: all at once, each step joining neighbours. */
  @inline
  static upToEight(at: usize, length: u32): i32 {
    // Shifted to the end of the word, so that what lies behind the digits drops out and NULs come in.
    const unused = <u64> (64 - (length << 3));
    const digits = (load<u64>(at) ^ ZEROS) << unused;
    const over = (digits + 0x7676767676767676 | digits) & 0x8080808080808080;
    const pairs = digits * 10 + (digits >> 8);
    const first = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
    const second = (pairs >> 16 & 0x000000ff000000ff) * 0x0000271000000001;
    return over != 0 ? -1 : <i32> (first + second >> 32);
  }
}

/** Nine or ten digits, or what is no number of ours. */
function parseLong(at: usize, length: u32): i32 {
  if (length != 9 && length != 10) return -1;
  const head = Decimal.upToEight(at, 8);
  const tail = Decimal.upToEight(at + 8, length - 8);
  if (head < 0 || tail < 0) return -1;
  const value = <i64> head * (length == 9 ? 10 : 100) + <i64> tail;
  return value > <i64> i32.MAX_VALUE ? -1 : <i32> value;
}
