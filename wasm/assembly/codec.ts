/**
 * The kernel: bytes in linear memory to descriptors (see `src/codec/packet.ts`), with handles and
 * functions resolved to slots on the way. It imports nothing, allocates nothing and knows no
 * strings; what a scan gives depends on the bytes between its bounds alone.
 */
import {
  ASSIGNS,
  COMMAND_WORDS,
  COUNTS,
  FAULT_ARGUMENTS,
  FAULT_COMMAND,
  FAULT_MAGIC,
  FAULT_SIZE,
  HANDLE_DROPS,
  HANDLE_MASK,
  HANDLE_TAKES,
  HEADER_BYTES,
  MAGIC_DIFFERENCE,
  MAGIC_REQ,
  RESPONSE_SHIFT,
  SEPARATORS_MASK,
  SEPARATORS_SHIFT,
  TYPE_LIMIT,
  WORD_MASK,
} from "./commands.ts";
import {
  CARRY_BYTES,
  DESCRIPTOR_BYTES,
  DESCRIPTORS,
  DESCRIPTORS_END,
  DETAIL,
  FAULT,
  LANDING,
  LANDING_BYTES,
  MAX_BODY,
  NAME_SCRATCH,
  NEED,
  NEXT,
  SLOT_BYTES,
  SLOTS,
  STATE,
} from "./memory.ts";
import { seedHash } from "./names.ts";
import { Decimal } from "./numbers.ts";
import { findNul, nulsOf64 } from "./separators.ts";
import { forgetSlots, NONE, releaseSlot, Slot } from "./slots.ts";

export const stateAt: u32 = <u32> STATE;
export const nameAt: u32 = <u32> NAME_SCRATCH;
export const descriptorsAt: u32 = <u32> DESCRIPTORS;
export const landingAt: u32 = <u32> LANDING;
export const landingBytes: u32 = LANDING_BYTES;
export const carryBytes: u32 = CARRY_BYTES;
export const slotsAt: u32 = <u32> SLOTS;
export const slotBytes: u32 = <u32> SLOT_BYTES;

/** Forgets all and begins anew. Bodies over `maxBody` bytes, at most 1 GiB, will be faults. */
export function init(maxBody: u32, seed: u32): void {
  store<u32>(MAX_BODY, maxBody);
  seedHash(seed);
  forgetSlots();
}

/**
 * Describes the whole packets from `start` to `end` and returns the number of words written. Where
 * it stopped, and why, is in the first words of the state. With slots, a packet must not be
 * scanned twice: references are counted.
 */
export function scan(start: usize, end: usize, withSlots: bool): u32 {
  const maxBody = load<u32>(MAX_BODY);
  let at = start;
  let out = DESCRIPTORS;
  let need: u32 = HEADER_BYTES;
  let fault: u32 = 0;
  let detail: u32 = 0;
  while (<u32> (end - at) >= HEADER_BYTES) {
    // Room for a descriptor and its continuation.
    if (out > DESCRIPTORS_END - 2 * DESCRIPTOR_BYTES) {
      need = 0;
      break;
    }
    const magic = load<u32>(at);
    const type = bswap(load<u32>(at, 4));
    const size = bswap(load<u32>(at, 8));
    const command = load<u32>(COMMAND_WORDS + (<usize> min(type, TYPE_LIMIT) << 2));
    // One branch for all that may be wrong with a header.
    const isGood = <u32> ((magic & ~MAGIC_DIFFERENCE) == MAGIC_REQ) & <u32> (command != 0) &
      <u32> (size <= maxBody);
    if (isGood == 0) {
      fault = faultOf(magic, command);
      detail = fault == FAULT_MAGIC ? bswap(magic) : fault == FAULT_SIZE ? size : type;
      break;
    }
    if (<u32> (end - at) < HEADER_BYTES + size) {
      need = HEADER_BYTES + size;
      break;
    }
    const body = at + HEADER_BYTES;
    const bodyEnd = body + size;

    // No branches here: types vary at random, and a branch on them would be mispredicted.
    const separators = command >> SEPARATORS_SHIFT & SEPARATORS_MASK;
    const nuls = nulsOf64(body) & select<u64>((1 << <u64> size) - 1, -1, size < 64);
    const nuls1 = nuls & nuls - 1;
    const nuls2 = nuls1 & nuls1 - 1;
    const end0 = select<usize>(body + <usize> ctz(nuls), bodyEnd, separators != 0);
    const end1 = body + <usize> ctz(nuls1);
    const end2 = body + <usize> ctz(nuls2);
    const end12 = select<usize>(end1, end2, separators == 2);
    const lastEnd = select<usize>(end0, end12, separators == 1);
    const last = select<usize>(lastEnd + 1, body, separators != 0);
    store<u32>(out, command & WORD_MASK | (magic & MAGIC_DIFFERENCE) >> RESPONSE_SHIFT);
    store<u32>(out, body, 4);
    store<u32>(out, end0, 8);
    store<u32>(out, last, 12);
    store<u32>(out, bodyEnd, 16);
    store<i32>(out, NONE, 20);
    store<u32>(out, end1, 24);
    store<u32>(out, end2, 28);
    const descriptor = out;
    out += DESCRIPTOR_BYTES;
    if (separators > 3 || popcnt(nuls) < <u64> separators) {
      if (!separate(descriptor, separators)) {
        out = descriptor;
        fault = FAULT_ARGUMENTS;
        detail = type;
        break;
      }
      if (separators > 4) out += DESCRIPTOR_BYTES;
    }
    Fields.resolve(descriptor, command, withSlots);
    at = bodyEnd;
  }
  store<u32>(NEXT, at);
  store<u32>(FAULT, fault);
  store<u32>(NEED, need);
  store<u32>(DETAIL, detail);
  return <u32> (out - DESCRIPTORS >> 2);
}

/** What is wrong with a header. */
function faultOf(magic: u32, command: u32): u32 {
  if ((magic & ~MAGIC_DIFFERENCE) != MAGIC_REQ) return FAULT_MAGIC;
  return command == 0 ? FAULT_COMMAND : FAULT_SIZE;
}

/**
 * Words 2 to 7 of a descriptor whose separators are many or far apart, and its continuation.
 * False: there are too few.
 */
function separate(descriptor: usize, separators: u32): bool {
  const bodyEnd = <usize> load<u32>(descriptor, 16);
  let at = <usize> load<u32>(descriptor, 4);
  const continuation = descriptor + DESCRIPTOR_BYTES;
  if (separators > 4) {
    v128.store(continuation, i32x4.splat(0));
    v128.store(continuation, i32x4.splat(0), 16);
  }
  for (let i: u32 = 0; i < separators; i++) {
    at = findNul(at, bodyEnd);
    if (at == bodyEnd) return false;
    if (i == 0) store<u32>(descriptor, at, 8);
    else if (i < 3) store<u32>(descriptor + (i - 1 << 2), at, 24);
    else if (separators > 4) store<u32>(continuation + (i - 3 << 2), at, 4);
    at++;
  }
  store<u32>(descriptor, at, 12);
  return true;
}

/** The fields of a descriptor that are more than positions: numbers and slots. Inlined. */
abstract class Fields {
  @inline
  static resolve(descriptor: usize, command: u32, withSlots: bool): void {
    const body = <usize> load<u32>(descriptor, 4);
    const end0 = <usize> load<u32>(descriptor, 8);
    if ((command & COUNTS) != 0) {
      const end1 = <usize> load<u32>(descriptor, 24);
      store<i32>(descriptor, Decimal.parse(end0 + 1, end1), 24);
      store<i32>(descriptor, Decimal.parse(end1 + 1, load<u32>(descriptor, 16)), 28);
    }
    if ((command & ASSIGNS) != 0) {
      const end1 = load<u32>(descriptor, 24);
      const slot = withSlots ? findName(end0 + 1, end1 - <u32> end0 - 1) : NONE;
      store<i32>(descriptor, slot, 28);
    }
    if (!withSlots || (command & HANDLE_MASK) == 0) return;
    store<i32>(descriptor, Slot.follow(body, <u32> (end0 - body), changeOf(command)), 20);
  }
}

/** What a command does to the references of its handle. */
function changeOf(command: u32): i32 {
  const role = command & HANDLE_MASK;
  return <i32> (role == HANDLE_TAKES) - <i32> (role == HANDLE_DROPS);
}

function findName(at: usize, length: u32): i32 {
  return Slot.find(at, length);
}

/** The slot of a name after `change` to its references: 1 takes one, 0 finds, -1 drops one. Or -1. */
export function intern(at: usize, length: u32, change: i32): i32 {
  return Slot.follow(at, length, change);
}

/** As a scan does with the handle of a packet of a known type, for packets that TypeScript describes. */
export function follow(type: u32, at: usize, length: u32): i32 {
  const command = load<u32>(COMMAND_WORDS + (<usize> type << 2));
  return (command & HANDLE_MASK) == 0 ? NONE : intern(at, length, changeOf(command));
}

/** Drops one reference to a slot; nothing where it holds no name. */
export function release(slot: u32): void {
  releaseSlot(slot);
}
