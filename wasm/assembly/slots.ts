/**
 * Slots: small integers for names, so that JavaScript follows a job without making a string. A
 * slot counts its references, since a server may answer two submissions with one handle.
 *
 * A slot's record: length, hash, next free slot plus 1, references, and the name. An entry of the
 * index: hash, and slot plus 1 or 0 where it is empty. Entries stand at the place their hash asks for
 * or behind it, without gaps.
 */
import {
  MAX_PROBES,
  SLOT_HASH,
  SLOT_LENGTH,
  SLOT_LIMIT,
  SLOT_NAME,
  SLOT_NEXT_FREE,
  SLOT_REFERENCES,
} from "./commands.ts";
import {
  FREE_SLOT,
  INDEX,
  INDEX_LIMIT,
  INDEX_MASK,
  INDEX_START,
  LIVE_SLOTS,
  SLOT_BYTES,
  SLOTS,
  USED_SLOTS,
} from "./memory.ts";
import { copyName, Name } from "./names.ts";

/** No slot. */
export const NONE: i32 = -1;

const LENGTH: usize = 4 * SLOT_LENGTH;
const HASH: usize = 4 * SLOT_HASH;
const NEXT_FREE: usize = 4 * SLOT_NEXT_FREE;
const REFERENCES: usize = 4 * SLOT_REFERENCES;
const NAME: usize = 4 * SLOT_NAME;

/** Forgets every slot. Clears the index at its first size only: no record is touched. */
export function forgetSlots(): void {
  store<u32>(LIVE_SLOTS, 0);
  store<u32>(USED_SLOTS, 0);
  store<u32>(FREE_SLOT, 0);
  resizeIndex(INDEX_START);
}

/** Slots by the names of handles, as a scan looks them up: inlined. */
export abstract class Slot {
  /** The slot of a name, or NONE. */
  @inline
  static find(at: usize, length: u32): i32 {
    if (!Name.mayHaveSlot(length)) return NONE;
    const entry = Slot.probe(at, length, Name.hash(at, length));
    return entry == 0 ? NONE : <i32> load<u32>(entry, 4) - 1;
  }

  /** The slot of a name after `change` to its references: 1, 0 or -1. */
  @inline
  static follow(at: usize, length: u32, change: i32): i32 {
    if (!Name.mayHaveSlot(length)) return NONE;
    const hash = Name.hash(at, length);
    const entry = Slot.probe(at, length, hash);
    if (entry == 0) return NONE;
    const slot = <i32> load<u32>(entry, 4) - 1;
    if (slot < 0) return change > 0 ? newSlot(at, length, hash, entry) : NONE;
    const record = recordOf(slot);
    const references = load<i32>(record, REFERENCES) + change;
    store<i32>(record, references, REFERENCES);
    if (references == 0) freeSlot(slot, entry);
    return slot;
  }

  /** The name's entry, or the empty one where it belongs, or 0 when neither is near. */
  @inline
  static probe(at: usize, length: u32, hash: u32): usize {
    const entry = entryAt(hash & load<u32>(INDEX_MASK));
    return Slot.isEntryOf(entry, at, length, hash) ? entry : probeOn(at, length, hash);
  }

  /** Whether an entry is the name's, or empty. */
  @inline
  static isEntryOf(entry: usize, at: usize, length: u32, hash: u32): bool {
    const slot = load<u32>(entry, 4);
    if (slot == 0) return true;
    const record = recordOf(slot - 1);
    return load<u32>(entry) == hash && load<u32>(record, LENGTH) == length &&
      Name.same(at, record + NAME, length);
  }
}

/** Drops a reference to a live slot, without its name at hand. */
export function releaseSlot(slot: u32): void {
  if (slot >= load<u32>(USED_SLOTS)) return;
  const record = recordOf(slot);
  const references = load<u32>(record, REFERENCES);
  if (references == 0) return;
  store<u32>(record, references - 1, REFERENCES);
  if (references > 1) return;
  const mask = load<u32>(INDEX_MASK);
  let place = load<u32>(record, HASH) & mask;
  while (load<u32>(entryAt(place), 4) != slot + 1) place = place + 1 & mask;
  freeSlot(slot, entryAt(place));
}

function recordOf(slot: u32): usize {
  return SLOTS + slot * SLOT_BYTES;
}

function entryAt(place: u32): usize {
  return INDEX + (place << 3);
}

/** {@linkcode Slot.probe} behind the first entry. */
function probeOn(at: usize, length: u32, hash: u32): usize {
  const mask = load<u32>(INDEX_MASK);
  for (let i: u32 = 1; i < MAX_PROBES; i++) {
    const entry = entryAt(hash + i & mask);
    if (Slot.isEntryOf(entry, at, length, hash)) return entry;
  }
  return 0;
}

/** A slot with one reference for a name whose entry is empty; NONE if there is no room. */
function newSlot(at: usize, length: u32, hash: u32, entry: usize): i32 {
  const live = load<u32>(LIVE_SLOTS);
  if (live == SLOT_LIMIT) return NONE;
  const entries = load<u32>(INDEX_MASK) + 1;
  if (live << 1 >= entries && entries < INDEX_LIMIT) {
    resizeIndex(entries << 1);
    entry = Slot.probe(at, length, hash);
    if (entry == 0) return NONE;
  }
  store<u32>(LIVE_SLOTS, live + 1);
  const slot = freshSlot();
  const record = recordOf(slot);
  store<u32>(record, length, LENGTH);
  store<u32>(record, hash, HASH);
  store<u32>(record, 1, REFERENCES);
  copyName(record + NAME, at);
  store<u32>(entry, hash);
  store<u32>(entry, slot + 1, 4);
  return <i32> slot;
}

function freshSlot(): u32 {
  const free = load<u32>(FREE_SLOT);
  if (free != 0) {
    store<u32>(FREE_SLOT, load<u32>(recordOf(free - 1), NEXT_FREE));
    return free - 1;
  }
  const slot = load<u32>(USED_SLOTS);
  store<u32>(USED_SLOTS, slot + 1);
  return slot;
}

/** Takes a slot without references from its name. */
function freeSlot(slot: u32, entry: usize): void {
  store<u32>(recordOf(slot), load<u32>(FREE_SLOT), NEXT_FREE);
  store<u32>(FREE_SLOT, slot + 1);
  store<u32>(LIVE_SLOTS, load<u32>(LIVE_SLOTS) - 1);
  closeGap(entry);
}

/** Empties an entry and moves those behind it up, so that probes need no tombstones. */
function closeGap(entry: usize): void {
  const mask = load<u32>(INDEX_MASK);
  let gap = <u32> (entry - INDEX >> 3);
  let place = gap;
  while (true) {
    place = place + 1 & mask;
    const next = load<u64>(entryAt(place));
    if (next >> 32 == 0) break;
    const home = <u32> next & mask;
    if ((place - home & mask) < (place - gap & mask)) continue;
    store<u64>(entryAt(gap), next);
    gap = place;
  }
  store<u64>(entryAt(gap), 0);
}

/** Gives the index `entries` empty entries and puts the live slots into them. */
function resizeIndex(entries: u32): void {
  const mask = entries - 1;
  store<u32>(INDEX_MASK, mask);
  memory.fill(INDEX, 0, entries << 3);
  const used = load<u32>(USED_SLOTS);
  for (let slot: u32 = 0; slot < used; slot++) {
    const record = recordOf(slot);
    if (load<u32>(record, REFERENCES) == 0) continue;
    const hash = load<u32>(record, HASH);
    let place = hash & mask;
    while (load<u32>(entryAt(place), 4) != 0) place = place + 1 & mask;
    store<u32>(entryAt(place), hash);
    store<u32>(entryAt(place), slot + 1, 4);
  }
}
