/**
 * A hash under a key of its own, so that a peer cannot choose bytes that collide: HalfSipHash-1-3,
 * of 32 bits, as the kernel has it for its tables.
 *
 * @module
 */

/** Hashes sequences of bytes. */
export class KeyedHash {
  readonly #key = crypto.getRandomValues(new Int32Array(2));
  readonly #state = new Int32Array(4);

  /** The hash of several ranges of bytes. Where one of them ends counts, too. */
  of(parts: readonly Uint8Array[]): number {
    const [k0, k1] = this.#key;
    const state = this.#state;
    state.set([k0, k1, 0x6c796765 ^ k0, 0x74656462 ^ k1]);
    for (const part of parts) absorb(state, part);
    state[2] ^= 0xff;
    for (let i = 0; i < 3; i++) mix(state, 0);
    return state[1] ^ state[3];
  }
}

/** Takes up a range: its length, then its words, the last one filled up with zeros. */
function absorb(state: Int32Array, bytes: Uint8Array): void {
  mix(state, bytes.length);
  const whole = bytes.length & ~3;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += 4) mix(state, view.getInt32(at, true));
  if (whole === bytes.length) return;
  let last = 0;
  for (let i = bytes.length - 1; i >= whole; i--) last = last << 8 | bytes[i];
  mix(state, last);
}

/** One round, for one word. */
function mix(state: Int32Array, word: number): void {
  let v0 = state[0], v1 = state[1], v2 = state[2], v3 = state[3] ^ word;
  v0 = v0 + v1 | 0;
  v1 = rotate(v1, 5) ^ v0;
  v0 = rotate(v0, 16);
  v2 = v2 + v3 | 0;
  v3 = rotate(v3, 8) ^ v2;
  v0 = v0 + v3 | 0;
  v3 = rotate(v3, 7) ^ v0;
  v2 = v2 + v1 | 0;
  v1 = rotate(v1, 13) ^ v2;
  v2 = rotate(v2, 16);
  state[0] = v0 ^ word;
  state[1] = v1;
  state[2] = v2;
  state[3] = v3;
}

function rotate(word: number, bits: number): number {
  return word << bits | word >>> 32 - bits;
}
