/**
 * The compiled kernel's face, and the names for what lies in its memory. The kernel itself is in
 * wasm/assembly.
 *
 * @module
 */

/** An exported number. */
interface Constant {
  readonly value: number;
}

/** What the kernel exports. Addresses and lengths are in bytes. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** Forgets all. Bodies over `maxBody` bytes will be faults; `seed` keys the hash. */
  init(maxBody: number, seed: number): void;
  /** Describes the packets from `start` to `end`. Returns the words written. */
  scan(start: number, end: number, withSlots: number): number;
  /**
   * The slot of the name at `at`, or -1, after a change to its references: {@linkcode INTERN_FIND}
   * and its like.
   */
  intern(at: number, length: number, change: number): number;
  /** Does to the slot of the name at `at` what command `type` does to its handle's. Returns the slot, or -1. */
  follow(type: number, at: number, length: number): number;
  /** Drops a reference to a slot. */
  release(slot: number): void;
  /** Words of the state: {@linkcode STATE_NEXT} and its like. */
  readonly stateAt: Constant;
  /** Room for one name to intern, which inputs do not touch. */
  readonly nameAt: Constant;
  readonly descriptorsAt: Constant;
  readonly landingAt: Constant;
  readonly landingBytes: Constant;
  /** Bytes before the landing zone, for the packet that is not whole. */
  readonly carryBytes: Constant;
  /** Records of {@linkcode SLOT_LENGTH} and its like. */
  readonly slotsAt: Constant;
  readonly slotBytes: Constant;
}

/** Words of the state after a scan: address of the first byte not consumed. */
export const STATE_NEXT = 0;
/** The fault found there, or 0. */
export const STATE_FAULT = 1;
/** Bytes wanted from there on before the next scan; 0: scan again at once. */
export const STATE_NEED = 2;
/** What the fault is about. */
export const STATE_DETAIL = 3;
/** Slots from this one on have never held a name. */
export const STATE_USED_SLOTS = 6;

/** Words of a slot's record: length of the name. */
export const SLOT_LENGTH = 0;
/** The name's hash. */
export const SLOT_HASH = 1;
/** Of a free slot: the next one, plus 1. */
export const SLOT_NEXT_FREE = 2;
/** References; 0: the slot is free. */
export const SLOT_REFERENCES = 3;
/** The name. */
export const SLOT_NAME = 4;

/** Finds a name. */
export const INTERN_FIND = 0;
/** Takes a reference to a name. */
export const INTERN_TAKE = 1;
/** Drops a reference to a name. */
export const INTERN_DROP = -1;

/** A kernel of one's own. */
export function startKernel(module: WebAssembly.Module): Kernel {
  return new WebAssembly.Instance(module).exports as unknown as Kernel;
}
