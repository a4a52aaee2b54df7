/**
 * MD5 (RFC 1321), for names only: Net_Gearman names jobs, and chooses servers, by it. No runtime
 * offers it to all, and Web Crypto leaves it out.
 *
 * @module
 */

const STEPS = 64;

/** Bits that each step turns its sum by: four in turn for each round of sixteen steps. */
const TURNS = Uint8Array.from(
  { length: STEPS },
  (_, step) =>
    [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]][step >> 4][step & 3],
);

/** Where in the block each step reads its word: in each round another stride, from another start. */
const PLACES = Uint8Array.from({ length: STEPS }, (_, step) => {
  const [start, stride] = [[0, 1], [1, 5], [5, 3], [0, 7]][step >> 4];
  return 4 * ((start + stride * step) & 15);
});

/** What each step adds: the first 32 bits behind the point of |sin(step)|. */
const ADDENDS = Int32Array.from(
  { length: STEPS },
  (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0,
);

const BLOCK_BYTES = 64;

/** The digest of some bytes, as 32 hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const whole = bytes.length - bytes.length % BLOCK_BYTES;
  digest(state, bytes.subarray(0, whole));
  digest(state, lastBlocks(bytes.subarray(whole), bytes.length));
  const view = new DataView(new ArrayBuffer(16));
  state.forEach((word, i) => view.setInt32(4 * i, word, true));
  return Array.from({ length: 16 }, (_, i) => view.getUint8(i).toString(16).padStart(2, "0"))
    .join("");
}

/** What remains of a message, the bit that ends it, and its length in bits. */
function lastBlocks(rest: Uint8Array, length: number): Uint8Array {
  const blocks = new Uint8Array(rest.length < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, length << 3, true);
  view.setUint32(blocks.length - 4, Math.floor(length / 2 ** 29), true);
  return blocks;
}

function digest(state: Int32Array, blocks: Uint8Array): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    for (let step = 0; step < STEPS; step++) {
      const word = view.getInt32(at + PLACES[step], true);
      const sum = (a + mixed(step >> 4, b, c, d) + word + ADDENDS[step]) | 0;
      const turn = TURNS[step];
      a = d;
      d = c;
      c = b;
      b = (b + (sum << turn | sum >>> 32 - turn)) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }
}

function mixed(round: number, b: number, c: number, d: number): number {
  switch (round) {
    case 0:
      return b & c | ~b & d;
    case 1:
      return b & d | c & ~d;
    case 2:
      return b ^ c ^ d;
    default:
      return c ^ (b | ~d);
  }
}
