/**
 * What a decoder must know of a command, in one word: both decoders and the kernel's generated
 * table read these.
 *
 * @module
 */
import { arityOf, type CommandRow, COMMANDS, type HandleRole, TYPE_LIMIT } from "./commands.ts";

/** Type and arity, as they stand in a descriptor's first word. */
export const WORD_MASK = 0x00ffff;
/** How far up the arity stands. */
export const ARITY_SHIFT = 8;
/** How far up the number of NULs stands that separate the arguments. */
export const SEPARATORS_SHIFT = 16;
/** That number, once it is shifted down. */
export const SEPARATORS_MASK = 0x00000f;
/** The first argument is a handle that is followed by slot: which role it has. */
export const HANDLE_MASK = 0x300000;
/** The packet finds the slot. */
export const HANDLE_USES = 0x100000;
/** The packet takes a reference to the slot. */
export const HANDLE_TAKES = 0x200000;
/** The packet drops a reference to the slot. */
export const HANDLE_DROPS = 0x300000;
/** The second argument is a function that may be registered, and a descriptor has room to say so. */
export const ASSIGNS = 0x400000;
/** The second and third arguments are a numerator and a denominator. */
export const COUNTS = 0x800000;

const ROLES: Record<HandleRole, number> = {
  uses: HANDLE_USES,
  takes: HANDLE_TAKES,
  drops: HANDLE_DROPS,
};

/** The word of a row. */
export function commandWord(row: CommandRow): number {
  const arity = arityOf(row);
  // With five arguments and more, the word of the function's slot holds the end of an argument.
  const assigns = row.assigns === true && arity < 5;
  const counts = row.handle !== undefined && row.args.includes("numerator");
  return row.type | arity << ARITY_SHIFT | Math.max(arity - 1, 0) << SEPARATORS_SHIFT |
    (row.handle === undefined ? 0 : ROLES[row.handle]) |
    (assigns ? ASSIGNS : 0) | (counts ? COUNTS : 0);
}

/** The words by type; 0 where the protocol has no such command, and at the end. */
export const COMMAND_WORDS: Int32Array = new Int32Array(TYPE_LIMIT + 1);
for (const row of Object.values<CommandRow>(COMMANDS)) COMMAND_WORDS[row.type] = commandWord(row);
