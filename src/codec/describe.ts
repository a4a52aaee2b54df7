/**
 * One packet to its descriptor (see packet.ts): where its arguments end, the numbers of
 * WORK_STATUS, and the slots of handle and function.
 *
 * @module
 */
import {
  ASSIGNS,
  COMMAND_WORDS,
  COUNTS,
  HANDLE_DROPS,
  HANDLE_MASK,
  HANDLE_USES,
  SEPARATORS_MASK,
  SEPARATORS_SHIFT,
  WORD_MASK,
} from "../protocol/mod.ts";
import { type Interner, NO_SLOT } from "./interner.ts";
import { DESCRIPTOR_WORDS } from "./packet.ts";
import { findNul } from "./separators.ts";

/** There is more to a packet than positions. */
const RESOLVED = HANDLE_MASK | ASSIGNS | COUNTS;

/** Words of a descriptor and its continuation. */
export const TABLE_WORDS: number = 2 * DESCRIPTOR_WORDS;

/** Which of them holds the end of an argument, by its index. */
const END_WORD = Uint8Array.of(2, 6, 7, 9, 10, 11, 12);

/** The most digits a number below 2^31 has. */
const MAX_DIGITS = 10;
const MAX_NUMBER = 2 ** 31 - 1;

/**
 * Describes the packet whose body stands from `start` to `end`. False: it has too few arguments,
 * and no slot was touched. Without an interner there are no slots.
 */
export function describe(
  table: Int32Array,
  type: number,
  isResponse: boolean,
  view: DataView,
  start: number,
  end: number,
  interner: Interner | undefined,
): boolean {
  const word = COMMAND_WORDS[type];
  const separators = word >> SEPARATORS_SHIFT & SEPARATORS_MASK;
  const handle = (word & HANDLE_MASK) === 0 ? undefined : interner?.handle;
  table[2] = end;
  let at = start;
  let i = 0;
  // Handle and function are hashed on the way to their ends; no slot is touched yet.
  if (handle !== undefined && separators === 0) handle.read(view, start, end);
  else if (handle !== undefined) {
    const nul = handle.readToNul(view, start, end);
    if (nul === end) return false;
    table[2] = nul;
    at = nul + 1;
    i = 1;
    if ((word & ASSIGNS) !== 0) {
      const nul = interner!.name.readToNul(view, at, end);
      if (nul === end) return false;
      table[6] = nul;
      at = nul + 1;
      i = 2;
    }
  }
  for (; i < separators; i++) {
    const nul = findNul(view, at, end);
    if (nul === end) return false;
    table[END_WORD[i]] = nul;
    at = nul + 1;
  }
  table[0] = word & WORD_MASK | (isResponse ? 0x10000 : 0);
  table[1] = start;
  table[3] = at;
  table[4] = end;
  table[5] = NO_SLOT;
  if ((word & RESOLVED) !== 0) resolve(table, word, view, interner);
  return true;
}

/** The words of a descriptor that are more than positions: numbers and slots. */
function resolve(
  table: Int32Array,
  word: number,
  view: DataView,
  interner: Interner | undefined,
): void {
  const end0 = table[2];
  if ((word & COUNTS) !== 0) {
    const end1 = table[6];
    table[6] = decimal(view, end0 + 1, end1);
    table[7] = decimal(view, table[3], table[4]);
  }
  if ((word & ASSIGNS) !== 0) {
    table[7] = interner === undefined ? NO_SLOT : interner.find(interner.name);
  }
  if (interner === undefined) return;
  const role = word & HANDLE_MASK;
  if (role === 0) return;
  const { handle } = interner;
  if (role === HANDLE_USES) table[5] = interner.find(handle);
  else if (role === HANDLE_DROPS) table[5] = interner.drop(handle);
  else table[5] = interner.take(handle);
}

/** A plain number below 2^31, or -1: one to ten digits and nothing else. */
function decimal(view: DataView, start: number, end: number): number {
  if (end - start < 1 || end - start > MAX_DIGITS) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = view.getUint8(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > MAX_NUMBER ? -1 : value;
}
