/**
 * One packet to its descriptor (see packet.ts): where its arguments end, the numbers of
 * WORK_STATUS, and the slots of handle and function.
 *
 * @module
 */
import { ARITY, Command, type CommandRow, COMMANDS, TYPE_LIMIT } from "../protocol/commands.ts";
import { type Interner, NO_SLOT } from "./interner.ts";
import { DESCRIPTOR_WORDS } from "./packet.ts";

const TAKES = 1;
const USES = 2;
const DROPS = 3;
const ROLES = { takes: TAKES, uses: USES, drops: DROPS };

/** What a command does to the slot of its first argument, by its number; 0: nothing. */
const HANDLE_ROLE = new Uint8Array(TYPE_LIMIT);
for (const row of Object.values<CommandRow>(COMMANDS)) {
  if (row.handle !== undefined) HANDLE_ROLE[row.type] = ROLES[row.handle];
}

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
  const arity = ARITY[type];
  let at = start;
  for (let i = 0; i < arity - 1; i++) {
    const nul = findNul(view, at, end);
    if (nul === end) return false;
    table[END_WORD[i]] = nul;
    at = nul + 1;
  }
  if (arity < 2) table[2] = end;
  table[0] = type | arity << 8 | (isResponse ? 0x10000 : 0);
  table[1] = start;
  table[3] = at;
  table[4] = end;
  table[5] = NO_SLOT;
  const role = HANDLE_ROLE[type];
  if (role === 0) return true;
  const handleEnd = table[2];
  if (type === Command.WORK_STATUS) {
    table[6] = decimal(view, handleEnd + 1, table[6]);
    table[7] = decimal(view, at, end);
  } else if (type === Command.JOB_ASSIGN || type === Command.JOB_ASSIGN_UNIQ) {
    table[7] = interner === undefined ? NO_SLOT : interner.find(view, handleEnd + 1, table[6]);
  }
  if (interner === undefined) return true;
  if (role === USES) table[5] = interner.find(view, start, handleEnd);
  else if (role === DROPS) table[5] = interner.drop(view, start, handleEnd);
  else table[5] = interner.take(view, start, handleEnd);
  return true;
}

/** Where the first NUL stands, or `end`. Four bytes at a time: twice as fast as one by one. */
function findNul(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    // The lowest bit set here is the highest of the first NUL byte; bits above it may be wrong.
    const nuls = (word - 0x01010101) & ~word & 0x80808080;
    if (nuls !== 0) return at + (31 - Math.clz32(nuls & -nuls) >> 3);
  }
  while (at < end && view.getUint8(at) !== 0) at++;
  return at;
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
