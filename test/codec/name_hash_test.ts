/** The hash of names: what a peer chooses must not decide where it goes. */
import { assertEquals, assertGreater, assertNotEquals, test } from "../_harness/mod.ts";
import { NameHash } from "../../src/codec/name_hash.ts";
import { collidingNames, mostAlike } from "./colliding_names.ts";

/** Keys that are tried. */
const HASHES = 5;

const hashed = (hash: NameHash, name: Uint8Array) =>
  hash.of(new DataView(name.buffer), 0, name.length);

test("NameHash tells names apart whose differences cancel out where words are multiplied", () => {
  for (let i = 0; i < HASHES; i++) {
    const hash = new NameHash();
    for (const names of collidingNames()) {
      // By chance two words' differences cancel out in one case of 2^15: then names are alike by twos.
      const most = Math.max(1, names.length / 4);
      assertGreater(most + 1, mostAlike(names.map((name) => hashed(hash, name))));
    }
  }
});

test("NameHash has keys of its own each time", () => {
  const name = new TextEncoder().encode("H:host.example:17");
  const hashes = Array.from({ length: 4 }, () => hashed(new NameHash(), name));
  assertNotEquals(new Set(hashes).size, 1);
});

test("NameHash knows names by their bytes and their length, wherever they stand", () => {
  const hash = new NameHash();
  for (let length = 1; length <= 64; length++) {
    const around = Uint8Array.from({ length: length + 6 }, (_, i) => 200 + i);
    const found = hash.of(new DataView(around.buffer), 3, length);
    const words = hash.words.slice(0, length + 3 >> 2);
    assertEquals(new Uint8Array(words.buffer, 0, length), around.slice(3, 3 + length));
    assertEquals(hashed(hash, around.slice(3, 3 + length)), found);
  }
});
