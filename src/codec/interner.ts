/**
 * Slots: small integers for the names of handles and functions, so that a job is followed without
 * making a string. A slot counts its references, since a server may answer two submissions with
 * one handle. The kernel's slots behave the same.
 *
 * A slot's record: length, hash, references, next free slot, and the name in little-endian words,
 * the last one filled up with zeros. An entry of the index: hash, and slot plus 1 or 0 where it is
 * empty. Entries stand at the place their hash asks for or behind it, without gaps.
 *
 * @module
 */
import { HashedName, hashKeys, MAX_NAME_BYTES } from "./name_hash.ts";

/** Slots that may be live at a time. */
export const MAX_SLOTS = 8192;

/** No slot. */
export const NO_SLOT = -1;

/**
 * Entries looked at for one name, at most: what a peer who finds collisions can cost. So many that
 * 8,192 names find room, but for one time in millions; half as many failed one time in thirty.
 */
export const MAX_PROBES = 128;

const FIRST_SLOTS = 64;
const FIRST_ENTRIES = 1024;

const LENGTH = 0;
const HASH = 1;
const REFERENCES = 2;
const NEXT_FREE = 3;
const NAME = 4;
const RECORD_WORDS: number = NAME + MAX_NAME_BYTES / 4;

/** Byte names to slots, for one connection. */
export class Interner {
  #records = new Int32Array(FIRST_SLOTS * RECORD_WORDS);
  #index = new Int32Array(FIRST_ENTRIES * 2);
  #live = 0;
  /** Slots that were ever live. */
  #used = 0;
  #free = NO_SLOT;
  readonly #keys = hashKeys();
  /** Names to be read, and then found, taken or dropped: a packet has up to two. */
  readonly handle: HashedName = new HashedName(this.#keys);
  readonly name: HashedName = new HashedName(this.#keys);

  /** The slot of a name, or -1. */
  find(name: HashedName): number {
    const entry = this.#probe(name);
    return entry < 0 ? NO_SLOT : this.#index[entry + 1] - 1;
  }

  /** The slot of a name with one reference more, a new one if need be; -1 where there is no room. */
  take(name: HashedName): number {
    let entry = this.#probe(name);
    if (entry < 0) return NO_SLOT;
    const known = this.#index[entry + 1] - 1;
    if (known >= 0) {
      this.#records[known * RECORD_WORDS + REFERENCES]++;
      return known;
    }
    if (this.#live === MAX_SLOTS) return NO_SLOT;
    if (this.#live * 4 >= this.#index.length) {
      this.#growIndex();
      entry = this.#probe(name);
      if (entry < 0) return NO_SLOT;
    }
    const slot = this.#freshSlot();
    this.#record(slot, name);
    this.#index[entry] = name.hash;
    this.#index[entry + 1] = slot + 1;
    return slot;
  }

  /** The slot of a name with one reference less; after the last one it is free for another name. */
  drop(name: HashedName): number {
    const entry = this.#probe(name);
    if (entry < 0) return NO_SLOT;
    const slot = this.#index[entry + 1] - 1;
    if (slot >= 0) this.#dropReference(slot, entry);
    return slot;
  }

  /** Drops a reference without the name at hand. Does nothing to a slot that is not live. */
  release(slot: number): void {
    if (!this.#isLive(slot)) return;
    const mask = this.#index.length - 1;
    let entry = this.#records[slot * RECORD_WORDS + HASH] << 1 & mask;
    while (this.#index[entry + 1] !== slot + 1) entry = entry + 2 & mask;
    this.#dropReference(slot, entry);
  }

  /** Copies a live slot's name to `into`, from `at` on. Returns its length, or -1. */
  nameInto(slot: number, into: Uint8Array, at: number): number {
    if (!this.#isLive(slot)) return -1;
    const records = this.#records;
    const record = slot * RECORD_WORDS;
    const length = records[record + LENGTH];
    const name = record + NAME;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const word = records[name + (i >> 2)];
      into[at + i] = word;
      into[at + i + 1] = word >> 8;
      into[at + i + 2] = word >> 16;
      into[at + i + 3] = word >> 24;
    }
    for (let tail = records[name + (i >> 2)]; i < length; i++, tail >>= 8) into[at + i] = tail;
    return length;
  }

  /** Forgets every slot. */
  clear(): void {
    this.#records = new Int32Array(FIRST_SLOTS * RECORD_WORDS);
    this.#index = new Int32Array(FIRST_ENTRIES * 2);
    this.#live = 0;
    this.#used = 0;
    this.#free = NO_SLOT;
  }

  #isLive(slot: number): boolean {
    return slot >= 0 && slot < this.#used && this.#records[slot * RECORD_WORDS + REFERENCES] > 0;
  }

  /** The entry of a name, or the empty one where it belongs, or -1: neither is near, or it may have no slot. */
  #probe(name: HashedName): number {
    const { length, hash } = name;
    if (length === 0 || length > MAX_NAME_BYTES) return -1;
    const index = this.#index;
    const mask = index.length - 1;
    let entry = hash << 1 & mask;
    for (let i = 0; i < MAX_PROBES; i++) {
      const slot = index[entry + 1] - 1;
      if (slot < 0) return entry;
      if (index[entry] === hash && this.#isNamed(slot, name)) return entry;
      entry = entry + 2 & mask;
    }
    return -1;
  }

  #isNamed(slot: number, { words, length }: HashedName): boolean {
    const records = this.#records;
    const record = slot * RECORD_WORDS;
    if (records[record + LENGTH] !== length) return false;
    for (let i = length + 3 >> 2; i-- > 0;) {
      if (records[record + NAME + i] !== words[i]) return false;
    }
    return true;
  }

  #freshSlot(): number {
    this.#live++;
    if (this.#free !== NO_SLOT) {
      const slot = this.#free;
      this.#free = this.#records[slot * RECORD_WORDS + NEXT_FREE];
      return slot;
    }
    const slot = this.#used++;
    if (this.#used * RECORD_WORDS > this.#records.length) {
      const grown = new Int32Array(this.#records.length * 2);
      grown.set(this.#records);
      this.#records = grown;
    }
    return slot;
  }

  #record(slot: number, { words, length, hash }: HashedName): void {
    const record = slot * RECORD_WORDS;
    const records = this.#records;
    records[record + LENGTH] = length;
    records[record + HASH] = hash;
    records[record + REFERENCES] = 1;
    for (let i = length + 3 >> 2; i-- > 0;) records[record + NAME + i] = words[i];
  }

  #dropReference(slot: number, entry: number): void {
    const record = slot * RECORD_WORDS;
    if (--this.#records[record + REFERENCES] > 0) return;
    this.#records[record + NEXT_FREE] = this.#free;
    this.#free = slot;
    this.#live--;
    this.#closeGap(entry);
  }

  /** Empties an entry and moves those behind it up, so that probes need no tombstones. */
  #closeGap(gap: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let entry = gap;
    while (true) {
      entry = entry + 2 & mask;
      if (index[entry + 1] === 0) break;
      const home = index[entry] << 1 & mask;
      if ((entry - home & mask) < (entry - gap & mask)) continue;
      index[gap] = index[entry];
      index[gap + 1] = index[entry + 1];
      gap = entry;
    }
    index[gap + 1] = 0;
  }

  #growIndex(): void {
    const old = this.#index;
    const index = new Int32Array(old.length * 2);
    const mask = index.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let entry = old[from] << 1 & mask;
      while (index[entry + 1] !== 0) entry = entry + 2 & mask;
      index[entry] = old[from];
      index[entry + 1] = old[from + 1];
    }
    this.#index = index;
  }
}
