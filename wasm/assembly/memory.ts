/**
 * Where everything lies in linear memory: 1.25 MiB that never grow. TypeScript learns these
 * addresses from the exports and writes none of them down.
 *
 *     0x000000  state      words that outlive a call
 *     0x000200  name       where TypeScript puts a name to be interned
 *     0x000300  commands   one word a type, see commands.ts (data segment)
 *     0x001000  descriptors  2,048 of 8 words
 *     0x011000  index      hash table: 1,024 entries at first, 16,384 at most, of 2 words
 *     0x031000  slots      8,192 records of 80 bytes
 *     0x0d1000  carry      the unfinished packet, ends exactly where the landing zone starts
 *     0x0f0000  landing zone
 *     0x130000  padding, since SIMD reads on past the end of the input
 */

import { STATE_DETAIL, STATE_FAULT, STATE_NEED, STATE_NEXT, STATE_USED_SLOTS } from "./commands.ts";

/** Words that outlive a call; the first four answer the last scan. */
export const STATE: usize = 0x0;
/** Address of the first byte not consumed. */
export const NEXT: usize = STATE + 4 * STATE_NEXT;
/** Number of the fault found there, or 0. */
export const FAULT: usize = STATE + 4 * STATE_FAULT;
/** Bytes wanted from there on before it is worth calling again; 0: call again at once. */
export const NEED: usize = STATE + 4 * STATE_NEED;
/** What the fault is about. */
export const DETAIL: usize = STATE + 4 * STATE_DETAIL;
/** The largest body taken. */
export const MAX_BODY: usize = STATE + 16;
/** Slots that hold a name. */
export const LIVE_SLOTS: usize = STATE + 20;
/** Slots that ever held one: the records from here on have not been touched. */
export const USED_SLOTS: usize = STATE + 4 * STATE_USED_SLOTS;
/** First of the slots to use again, plus 1; 0: none. */
export const FREE_SLOT: usize = STATE + 28;
/** Entries of the index, minus 1. */
export const INDEX_MASK: usize = STATE + 32;
/** Nine 64-bit keys of the hash. */
export const HASH_KEYS: usize = STATE + 40;

export const NAME_SCRATCH: usize = 0x200;

export const DESCRIPTORS: usize = 0x1000;
export const DESCRIPTORS_END: usize = 0x11000;
export const DESCRIPTOR_BYTES: usize = 32;

export const INDEX: usize = 0x11000;
export const INDEX_START: u32 = 1024;
export const INDEX_LIMIT: u32 = 16384;

export const SLOTS: usize = 0x31000;
export const SLOT_BYTES: usize = 80;

export const CARRY_BYTES: u32 = 0x1f000;
export const LANDING: usize = 0xf0000;
export const LANDING_BYTES: u32 = 0x40000;
