/** How those who wait for many jobs learn of their ends. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Ends } from "../../src/client/batch.ts";

test("Ends.item() leaves the program its turns until the item comes", async () => {
  const ends = new Ends<string>();
  const first = ends.item(0);
  ends.tell({ index: 1, status: "fulfilled", value: "b" });
  assertEquals(await first, { index: 1, status: "fulfilled", value: "b" });

  const second = ends.item(1);
  let looks = 0;
  const items = new Proxy(ends.items, {
    get(target, key) {
      if (key === "length") looks++;
      return Reflect.get(target, key);
    },
  });
  Object.assign(ends, { items });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  // It looked when it was asked. To look again before the end has come would starve all other turns.
  const looksInVain = looks;
  ends.tell({ index: 0, status: "rejected", reason: "late" });
  assertEquals(await second, { index: 0, status: "rejected", reason: "late" });
  assertEquals(looksInVain, 0);
});

test("Ends.item() tells all who wait for one end", async () => {
  const ends = new Ends<string>();
  const both = Promise.all([ends.item(0), ends.item(0)]);
  ends.tell({ index: 0, status: "fulfilled", value: "a" });
  assertEquals((await both).map(({ index }) => index), [0, 0]);
});
