import fc from "fast-check";
import { Schedule, type Scheduled } from "../../src/server/schedule.ts";
import { assertEquals, test } from "../_harness/mod.ts";

const item = (number: number): Scheduled => ({ number, dueAt: 0, place: -1 });

test("Schedule gives what is due, in the order of time and then of number, whatever was taken out", () => {
  const entry = fc.record({ dueAt: fc.nat(50), stays: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300, size: "max" }), fc.nat(60), (entries, now) => {
      const schedule = new Schedule<Scheduled>();
      const items = entries.map(({ dueAt }, number) => {
        const added = item(number);
        schedule.add(added, dueAt);
        return added;
      });
      entries.forEach(({ stays }, i) => stays || schedule.remove(items[i]));
      const expected = items.filter((_, i) => entries[i].stays && entries[i].dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt || a.number - b.number);
      const given: Scheduled[] = [];
      for (;;) {
        const due = schedule.takeDue(now);
        if (due === undefined) break;
        given.push(due);
      }
      assertEquals(given.map(({ number }) => number), expected.map(({ number }) => number));
    }),
  );
});

test("Schedule.remove() is without effect for what is not in it", () => {
  const schedule = new Schedule<Scheduled>();
  const [kept, removed] = [item(1), item(2)];
  schedule.add(kept, 5);
  schedule.add(removed, 3);
  schedule.remove(removed);
  schedule.remove(removed);
  assertEquals(schedule.first, kept);
  schedule.remove(kept);
  assertEquals(schedule.first, undefined);
});
