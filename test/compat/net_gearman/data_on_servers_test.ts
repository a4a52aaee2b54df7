/** Arguments and results there and back: section 10, on both servers. */
import { assertEquals, test } from "../../_harness/mod.ts";
import { Net_Gearman_Task } from "../../../src/compat/net_gearman/mod.ts";
import { ARGUMENTS } from "./data_rows.ts";
import { clientOf, SERVERS, workOn } from "./ends.ts";

export const notOnWorkerd = "servers are started in this process";

const { JOB_NORMAL } = Net_Gearman_Task;

const BYTES = Uint8Array.of(0, 1, 254, 255);

/** What jobs return, and what a client makes of it. */
const RESULTS: readonly [number: string, returned: unknown, result: unknown][] = [
  ["10.9", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["10.9", [1, "2"], [1, "2"]],
  ["10.9", "täxt", { result: "täxt" }],
  ["10.9", undefined, { result: null }],
  ["10.10", new TextEncoder().encode("end"), null],
  ["10.10", new TextEncoder().encode("42"), 42],
  ["10.10", BYTES, null],
  ["10.12", 9007199254740993n, { result: 9007199254740993n }],
];

for (const { where, options, start } of SERVERS) {
  test(`10.1 to 10.8 arguments are received as PHP's are ${where}`, options, async (t) => {
    const place = await start(t);
    const received: unknown[] = [];
    workOn(t, place, { take: (argument: unknown) => received.push(argument) });
    const client = clientOf(t, place);
    for (const [, argument] of ARGUMENTS) await client.__call("take", [argument, JOB_NORMAL]);
    // A call takes null for no argument, as PHP's does.
    const expected = ARGUMENTS.map(([, argument, , value]) => argument === null ? [] : value);
    assertEquals(received, expected);
    // 10.11
    await client.take(BYTES, JOB_NORMAL);
    assertEquals(received.at(-1), BYTES);
  });

  test(`10.9 and 10.10 results are received as PHP's are ${where}`, options, async (t) => {
    const place = await start(t);
    workOn(t, place, { give: (index: number) => RESULTS[index][1] });
    const client = clientOf(t, place);
    for (const [index, [number, , result]] of RESULTS.entries()) {
      assertEquals([number, await client.give(index, JOB_NORMAL)], [number, result]);
    }
  });
}
