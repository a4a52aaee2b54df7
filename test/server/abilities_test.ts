/** What a worker's functions keep of the worker. */
import { Abilities } from "../../src/server/abilities.ts";
import { Budget } from "../../src/server/budget.ts";
import { Functions } from "../../src/server/functions.ts";
import { assertEquals, test } from "../_harness/mod.ts";

test("Abilities has a function tell of its first job once, however often it was offered, unless each offer has its turn", () => {
  for (const [isRound, watchers] of [[false, 1], [true, 100]] as const) {
    const fn = new Functions(new Budget(10_000)).named(new Uint8Array(1))!;
    const abilities = new Abilities(isRound);
    for (let offers = 0; offers < 100; offers++) abilities.offer(fn, 0);
    assertEquals([abilities.size, fn.workers, fn.watchers.size], [100, 100, watchers]);
    abilities.withdraw(fn);
    assertEquals([abilities.size, fn.workers, fn.watchers.size], [0, 0, 0]);
  }
});
