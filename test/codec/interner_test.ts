/** The interner, held against the model of what slots mean. */
import fc from "fast-check";
import { assertEquals, test } from "../_harness/mod.ts";
import { Interner, MAX_SLOTS } from "../../src/codec/interner.ts";
import { SlotModel } from "./slot_model.ts";

const utf8 = new TextEncoder();

/** An interner whose names are texts. */
function overText(interner: Interner): Record<"find" | "take" | "drop", (name: string) => number> {
  const call = (operation: "find" | "take" | "drop") => (name: string): number => {
    // At an odd place, with other bytes around it.
    const bytes = utf8.encode(`###${name}###`);
    interner.handle.read(new DataView(bytes.buffer), 3, bytes.length - 3);
    return interner[operation](interner.handle);
  };
  return { find: call("find"), take: call("take"), drop: call("drop") };
}

test("Interner gives the slots of the model", () => {
  const aName = fc.oneof(
    fc.constantFrom("H:a:1", "H:a:2", "H:a:11", "", "x".repeat(64), "x".repeat(65)),
    fc.integer({ min: 0, max: 300 }).map((number) => `H:host.example:${number}`),
  );
  const aCall = fc.tuple(fc.constantFrom("find", "take", "drop", "take"), aName);
  fc.assert(fc.property(fc.array(aCall, { maxLength: 2000, size: "max" }), (calls) => {
    const names = overText(new Interner());
    const model = new SlotModel();
    const commands = { find: "WORK_DATA", take: "JOB_CREATED", drop: "WORK_FAIL" } as const;
    for (const [operation, name] of calls) {
      assertEquals(names[operation](name), model.follow(commands[operation], name));
    }
  }));
});

test("Interner keeps every name apart while it fills, and while it empties in another order", () => {
  const interner = new Interner();
  const names = overText(interner);
  for (let i = 0; i < MAX_SLOTS; i++) assertEquals(names.take(`H:host:${i}`), i);
  assertEquals(names.take("H:host:more"), -1);
  for (let i = 0; i < MAX_SLOTS; i++) assertEquals(names.find(`H:host:${i}`), i);
  for (let i = 0; i < MAX_SLOTS; i += 3) interner.release(i);
  for (let i = 0; i < MAX_SLOTS; i++) {
    assertEquals(names.find(`H:host:${i}`), i % 3 === 0 ? -1 : i);
  }
  for (let i = 0; i < MAX_SLOTS; i += 3) assertEquals(names.take(`H:again:${i}`) % 3, 0);
  assertEquals(names.take("H:host:more"), -1);
});

test("clear() forgets every name", () => {
  const interner = new Interner();
  const names = overText(interner);
  for (let i = 0; i < 1000; i++) names.take(`H:host:${i}`);
  interner.clear();
  assertEquals(names.find("H:host:7"), -1);
  assertEquals(names.take("H:host:8"), 0);
});
