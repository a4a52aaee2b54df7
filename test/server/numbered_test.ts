/** Items by number, and items in no order: what they have after others have come and gone. */
import fc from "fast-check";
import { Bag } from "../../src/server/bag.ts";
import { Numbered } from "../../src/server/numbered.ts";
import { assertEquals, test } from "../_harness/mod.ts";

interface Item {
  readonly number: number;
  place: number;
}

/** Numbers in pages that lie together, and far beyond 32 bits. */
const numbers = fc.uniqueArray(
  fc.oneof(fc.nat(60), fc.integer({ min: 2 ** 40, max: 2 ** 40 + 40 })),
  {
    maxLength: 60,
    size: "max",
  },
);

test("Numbered and Bag have what was added, and not what was taken out", () => {
  fc.assert(
    fc.property(numbers, fc.func(fc.boolean()), (all, stays) => {
      const numbered = new Numbered<Item>();
      const bag = new Bag<Item>((item) => item.place, (item, place) => item.place = place);
      const items = all.map((number) => ({ number, place: 0 }));
      for (const item of items) {
        numbered.add(item);
        bag.add(item);
      }
      const kept = items.filter(({ number }) => stays(number));
      for (const item of items) {
        if (kept.includes(item)) continue;
        numbered.delete(item);
        numbered.delete(item);
        bag.delete(item);
      }
      const sorted = (some: Iterable<Item>) => [...some].sort((a, b) => a.number - b.number);
      assertEquals(sorted(numbered), sorted(kept));
      assertEquals(sorted(bag), sorted(kept));
      assertEquals([numbered.size, bag.size], [kept.length, kept.length]);
      assertEquals(kept.includes(bag.any!), kept.length > 0);
      for (const item of items) {
        assertEquals(numbered.get(item.number), kept.includes(item) ? item : undefined);
      }
    }),
  );
});

test("Numbered goes through its items in the order of their numbers, where they came in it", () => {
  const numbered = new Numbered<{ readonly number: number }>();
  for (let number = 1; number <= 100; number++) numbered.add({ number });
  numbered.delete(numbered.get(33)!);
  assertEquals([...numbered].map(({ number }) => number).slice(30, 34), [31, 32, 34, 35]);
});

test("Numbered lets go of a page with its last item", () => {
  const numbered = new Numbered<{ readonly number: number }>();
  const first = { number: 1 };
  for (const item of [first, { number: 100 }]) numbered.add(item);
  numbered.delete(first);
  numbered.add({ number: 2 });
  // It is begun anew, behind the other.
  assertEquals([...numbered].map(({ number }) => number), [100, 2]);
});
