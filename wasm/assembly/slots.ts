/**
 * Slots: small integers for names, so that JavaScript follows a job without making a string. A
 * slot counts its references, since a server may answer two submissions with one handle.
 *
 * A slot's record: length, hash, next free slot plus 1, references, and the name. An entry of the
 * index: hash, and slot plus 1 or 0 where it is empty. Entries stand at the place their hash asks for
 * or behind it, without gaps.
 */
import {
  FREE_SLOT,
  INDEX,
  INDEX_LIMIT,
  INDEX_MASK,
  INDEX_START,
  LIVE_SLOTS,
  SLOT_BYTES,
  SLOT_LIMIT,
  SLOTS,
  USED_SLOTS,
} from "./memory.ts";
import { copyName, hashName, MAX_NAME, sameName } from "./names.ts";

/** No slot. */
export const NONE: i32 = -1;

/** Entries looked at for one name, at most. */
const MAX_PROBES: u32 = 64;

const LENGTH: usize = 0;
const HASH: usize = 4;
const NEXT_FREE: usize = 8;
const REFERENCES: usize = 12;
const NAME: usize = 16;

/** Forgets every slot. Clears the index at its first size only: no record is touched. */
export function forgetSlots(): void {
  store<u32>(LIVE_SLOTS, 0);
  store<u32>(USED_SLOTS, 0);
  store<u32>(FREE_SLOT, 0);
  resizeIndex(INDEX_START);
}

/** Whether a name of this length may have a slot. */
export function mayHaveSlot(length: u32): bool {
  return length - 1 < MAX_NAME;
}

/** The slot of a name, or NONE. */
export function findSlot(at: usize, length: u32): i32 {
  if (!mayHaveSlot(length)) return NONE;
  const entry = probe(at, length, hashName(at, length));
  return entry == 0 ? NONE : <i32> load<u32>(entry, 4) - 1;
}

/** The slot of a name with one reference more, a new one if need be; NONE if there is no room. */
export function takeSlot(at: usize, length: u32): i32 {
  if (!mayHaveSlot(length)) return NONE;
  const hash = hashName(at, length);
  let entry = probe(at, length, hash);
  if (entry == 0) return NONE;
  const known = load<u32>(entry, 4);
  if (known != 0) {
    const record = recordOf(known - 1);
    store<u32>(record, load<u32>(record, REFERENCES) + 1, REFERENCES);
    return <i32> known - 1;
  }
  const live = load<u32>(LIVE_SLOTS);
  if (live == SLOT_LIMIT) return NONE;
  const entries = load<u32>(INDEX_MASK) + 1;
  if (live << 1 >= entries && entries < INDEX_LIMIT) {
    resizeIndex(entries << 1);
    entry = probe(at, length, hash);
    if (entry == 0) return NONE;
  }
  store<u32>(LIVE_SLOTS, live + 1);
  const slot = freshSlot();
  const record = recordOf(slot);
  store<u32>(record, length, LENGTH);
  store<u32>(record, hash, HASH);
  store<u32>(record, 1, REFERENCES);
  copyName(record + NAME, at, length);
  store<u32>(entry, hash);
  store<u32>(entry, slot + 1, 4);
  return <i32> slot;
}

/** The slot of a name with one reference less; after the last one it is free for another name. */
export function dropSlot(at: usize, length: u32): i32 {
  if (!mayHaveSlot(length)) return NONE;
  const entry = probe(at, length, hashName(at, length));
  if (entry == 0) return NONE;
  const slot = <i32> load<u32>(entry, 4) - 1;
  if (slot >= 0) dropReference(slot, entry);
  return slot;
}

/** Drops a reference to a live slot, without its name at hand. */
export function releaseSlot(slot: u32): void {
  if (!isLive(slot)) return;
  const mask = load<u32>(INDEX_MASK);
  let place = load<u32>(recordOf(slot), HASH) & mask;
  while (load<u32>(entryAt(place), 4) != slot + 1) place = place + 1 & mask;
  dropReference(slot, entryAt(place));
}

/** Whether a slot holds a name. */
export function isLive(slot: u32): bool {
  return slot < load<u32>(USED_SLOTS) && load<u32>(recordOf(slot), REFERENCES) != 0;
}

/** Where a slot's record lies. */
export function recordOf(slot: u32): usize {
  return SLOTS + slot * SLOT_BYTES;
}

function entryAt(place: u32): usize {
  return INDEX + (place << 3);
}

/** The name's entry, or the empty one where it belongs, or 0 when neither is near. */
function probe(at: usize, length: u32, hash: u32): usize {
  const mask = load<u32>(INDEX_MASK);
  for (let i: u32 = 0; i < MAX_PROBES; i++) {
    const entry = entryAt(hash + i & mask);
    const slot = load<u32>(entry, 4);
    if (slot == 0) return entry;
    if (load<u32>(entry) == hash) {
      const record = recordOf(slot - 1);
      if (load<u32>(record, LENGTH) == length && sameName(at, record + NAME, length)) return entry;
    }
  }
  return 0;
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

function dropReference(slot: u32, entry: usize): void {
  const record = recordOf(slot);
  const references = load<u32>(record, REFERENCES) - 1;
  store<u32>(record, references, REFERENCES);
  if (references != 0) return;
  store<u32>(record, load<u32>(FREE_SLOT), NEXT_FREE);
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
