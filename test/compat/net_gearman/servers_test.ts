/** How servers are named: a name without a port is of Gearman's, 4730. */
import { assertEquals, assertThrows, test } from "../../_harness/mod.ts";
import {
  Net_Gearman_Client,
  Net_Gearman_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
  Net_Gearman_Worker,
} from "../../../src/compat/net_gearman/mod.ts";
import { nameOf, placeOf } from "../../../src/compat/net_gearman/servers.ts";

test("2.1 a server without a port is at 4730", () => {
  assertEquals(nameOf({ host: "one" }), "one:4730");
  assertEquals(
    ["one", "one:4731", "[::1]", "tls://one", "unix:/run/g.sock"].map(placeOf),
    ["one:4730", "one:4731", "::1:4730", "one:4730", "/run/g.sock"],
  );
});

test("2.2 no servers are an exception, of a client and of a worker", () => {
  for (const none of [undefined, null, [], [null]] as never[]) {
    for (const make of [Net_Gearman_Client, Net_Gearman_Worker]) {
      assertThrows(() => new make(none), Net_Gearman_Exception, "Invalid servers specified");
    }
  }
});

test("4.1 a set is of tasks, and only a set is run", async () => {
  assertThrows(() => new Net_Gearman_Set([{}] as never), TypeError, "Net_Gearman_Task");
  const client = new Net_Gearman_Client("127.0.0.1");
  const tasks = [new Net_Gearman_Task("f", "x")];
  const error = await client.runSet(tasks as never).catch((error: unknown) => error);
  assertEquals(String(error).startsWith("TypeError: Expected a Net_Gearman_Set"), true);
  assertEquals(tasks[0].handle, "");
});

test("6.3 beginWork() wants a monitor that is a function, and an ability", async () => {
  const worker = new Net_Gearman_Worker("127.0.0.1");
  const why = (work: Promise<void>) => work.then(() => "none", (error: unknown) => String(error));
  assertEquals(
    await why(worker.beginWork(5 as never)),
    "TypeError: Expected a monitor that is a function, got 5",
  );
  assertEquals(
    await why(worker.beginWork()),
    "TypeError: Expected a function to run, none was added",
  );
  await worker.endWork();
});
