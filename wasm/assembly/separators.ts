/** Finding the NULs between a packet's arguments. */

/** A bit for each NUL among the 64 bytes from `at` on. */
export function nulsOf64(at: usize): u64 {
  const nul = i8x16.splat(0);
  const a = <u64> <u32> i8x16.bitmask(i8x16.eq(v128.load(at), nul));
  const b = <u64> <u32> i8x16.bitmask(i8x16.eq(v128.load(at, 16), nul));
  const c = <u64> <u32> i8x16.bitmask(i8x16.eq(v128.load(at, 32), nul));
  const d = <u64> <u32> i8x16.bitmask(i8x16.eq(v128.load(at, 48), nul));
  return a | b << 16 | (c | d << 16) << 32;
}

/** Address of the first NUL from `at` on, or `end`. */
export function findNul(at: usize, end: usize): usize {
  const nul = i8x16.splat(0);
  while (at < end) {
    const nuls = i8x16.bitmask(i8x16.eq(v128.load(at), nul));
    if (nuls != 0) return min(at + <usize> ctz(nuls), end);
    at += 16;
  }
  return end;
}
