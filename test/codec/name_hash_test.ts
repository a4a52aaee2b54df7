/** The hash of names: what a peer chooses must not decide where it goes. */
import { assertEquals, assertGreater, assertNotEquals, test } from "../_harness/mod.ts";
import { HashedName, hashKeys } from "../../src/codec/name_hash.ts";
import { collidingNames, mostAlike } from "./colliding_names.ts";

/** Keys that are tried. */
const HASHES = 5;

/** What stands around a name, so that nothing but its bytes may count. */
const AROUND = 3;

function hashOf(name: HashedName, bytes: Uint8Array): number {
  name.read(new DataView(bytes.buffer), 0, bytes.length);
  return name.hash;
}

/** What a name is known by. */
const known = ({ words, length, hash }: HashedName) => ({
  bytes: new Uint8Array(words.buffer).slice(0, length),
  filled: new Uint8Array(words.buffer).slice(length, (length + 3) & ~3),
  hash,
});

test("HashedName tells names apart whose differences cancel out where words are multiplied", () => {
  for (let i = 0; i < HASHES; i++) {
    const name = new HashedName(hashKeys());
    for (const names of collidingNames()) {
      // By chance two words' differences cancel out in one case of 2^15: then names are alike by twos.
      const most = Math.max(1, names.length / 4);
      assertGreater(most + 1, mostAlike(names.map((bytes) => hashOf(name, bytes))));
    }
  }
});

test("hashKeys() are others each time", () => {
  const bytes = new TextEncoder().encode("H:host.example:17");
  const hashes = Array.from({ length: 4 }, () => hashOf(new HashedName(hashKeys()), bytes));
  assertNotEquals(new Set(hashes).size, 1);
});

test("HashedName knows names by their bytes and their length, wherever they stand", () => {
  const keys = hashKeys();
  const name = new HashedName(keys);
  const alone = new HashedName(keys);
  for (let length = 1; length <= 64; length++) {
    const around = Uint8Array.from({ length: length + 2 * AROUND }, (_, i) => 150 + i);
    const bytes = around.slice(AROUND, AROUND + length);
    hashOf(alone, bytes);
    name.read(new DataView(around.buffer), AROUND, AROUND + length);
    assertEquals(known(name), known(alone));
    assertEquals(known(name).bytes, bytes);
    assertEquals(known(name).filled, new Uint8Array(-length & 3));
  }
});

test("readToNul() reads what read() does, and finds the NUL, however close to the end it stands", () => {
  const keys = hashKeys();
  const name = new HashedName(keys);
  const alone = new HashedName(keys);
  for (let length = 0; length <= 64; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i % 2 === 0 ? 1 + i : 0x80 + i);
    hashOf(alone, bytes);
    for (let behind = 0; behind <= 8; behind++) {
      const around = new Uint8Array(AROUND + length + 1 + behind).fill(1);
      around.set(bytes, AROUND);
      around[AROUND + length] = 0;
      const view = new DataView(around.buffer);
      assertEquals(name.readToNul(view, AROUND, around.length), AROUND + length);
      assertEquals(known(name), known(alone));
      assertEquals(name.readToNul(view, AROUND, AROUND + length), AROUND + length);
    }
  }
});

test("readToNul() finds the NUL behind what is too long for a name", () => {
  const name = new HashedName(hashKeys());
  for (let length = 65; length <= 72; length++) {
    const bytes = new Uint8Array(length + 4).fill(1);
    bytes[length] = 0;
    assertEquals(name.readToNul(new DataView(bytes.buffer), 0, bytes.length), length);
    assertEquals(name.length, length);
  }
});
