/** How those who wait for many jobs learn of their ends. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Ends } from "../../src/client/batch.ts";

test("Ends.item() leaves the program its turns until the item comes", async () => {
  const ends = new Ends<string>();
  const first = ends.item(0);
  ends.tell({ index: 1, status: "fulfilled", value: "b" });
  assertEquals(await first, { index: 1, status: "fulfilled", value: "b" });

  const second = ends.item(1);
  // Asking without a pause, it would let no timer come.
  await new Promise((resolve) => setTimeout(resolve));
  ends.tell({ index: 0, status: "rejected", reason: "late" });
  assertEquals(await second, { index: 0, status: "rejected", reason: "late" });
});

test("Ends.item() tells all who wait for one end", async () => {
  const ends = new Ends<string>();
  const both = Promise.all([ends.item(0), ends.item(0)]);
  ends.tell({ index: 0, status: "fulfilled", value: "a" });
  assertEquals((await both).map(({ index }) => index), [0, 0]);
});
