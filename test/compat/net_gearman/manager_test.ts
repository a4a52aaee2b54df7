/** The manager: section 7. */
import { assert, assertEquals, assertRejects, test, type TestContext } from "../../_harness/mod.ts";
import { fakeServer } from "../../_harness/fake_server.ts";
import { Net_Gearman_Exception, Net_Gearman_Manager } from "../../../src/compat/net_gearman/mod.ts";
import { clientOf, type Place, SERVERS, workOn } from "./ends.ts";

export const notOnWorkerd = "servers are started in this process";

/** A manager, closed with the test. */
function managerOf(t: TestContext, place: Place): Net_Gearman_Manager {
  return t.use(new Net_Gearman_Manager(place));
}

/** A manager of a server that answers each command with the next of these texts. */
async function answered(t: TestContext, ...replies: string[]): Promise<Net_Gearman_Manager> {
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      for (const reply of replies) {
        await peer.expect("line");
        await peer.text(reply);
      }
    }]),
  );
  return t.use(new Net_Gearman_Manager(address, 5, { dial }));
}

test("7.1 without a server a manager parses, and that is all", async () => {
  const manager = new Net_Gearman_Manager();
  assertEquals(manager.parseWorkersResponse(""), []);
  await assertRejects(() => manager.version(), Net_Gearman_Exception);
  await manager.disconnect();
});

test("7.1 a server that cannot be reached is an exception that names it", async (t) => {
  const manager = t.use(new Net_Gearman_Manager("127.0.0.1:1"));
  const error = await assertRejects(() => manager.version(), Net_Gearman_Exception);
  assertEquals(error.message, "Could not connect to 127.0.0.1:1");
});

test("7.5 parseWorkersResponse() copes with odd addresses, and passes over what is no row", () => {
  const text = "30 ::3a01:7f02:0:0%134610336 - :\n31 127.0.0.1 my worker : reverse sum\n" +
    "32  - :\nnonsense\n\n33 fe80::1 a :b : c d\n";
  assertEquals(new Net_Gearman_Manager().parseWorkersResponse(text), [
    { fd: 30, ip: "::3a01:7f02:0:0%134610336", id: "-", abilities: [] },
    { fd: 31, ip: "127.0.0.1", id: "my worker", abilities: ["reverse", "sum"] },
    { fd: 32, ip: "", id: "-", abilities: [] },
    { fd: 33, ip: "fe80::1", id: "a :b", abilities: ["c", "d"] },
  ]);
});

test("7.6 setMaxQueueSize() wants a number, and a name of letters, digits and underscores", async (t) => {
  const manager = await answered(t, "OK\r\n", "OK\r\n");
  for (const size of ["many", "", NaN]) {
    const error = await assertRejects(
      () => manager.setMaxQueueSize("f", size),
      Net_Gearman_Exception,
    );
    assertEquals(error.message, "Queue size must be numeric");
  }
  const error = await assertRejects(
    () => manager.setMaxQueueSize("a-b", 5),
    Net_Gearman_Exception,
  );
  assertEquals(error.message, "Invalid function name");
  assertEquals(await manager.setMaxQueueSize("a_1", "5"), true);
  assertEquals(await manager.setMaxQueueSize("a_1", 0), true);
});

test("7.7 shutdown() is true when the server says OK, and is the last command", async (t) => {
  const manager = await answered(t, "OK\r\n");
  assertEquals(await manager.shutdown(true), true);
  const error = await assertRejects(() => manager.version(), Net_Gearman_Exception);
  assertEquals(error.message, "This server has been shut down");
});

test("7.9 an ERR line is an exception with its text and its code", async (t) => {
  const manager = await answered(t, "ERR UNKNOWN_COMMAND Unknown+server+command\r\n");
  const error = await assertRejects(() => manager.status(), Net_Gearman_Exception);
  assertEquals(error.message, "Unknown server command [error code: UNKNOWN_COMMAND]");
});

for (const { where, options, start } of SERVERS) {
  test(`7.2 version() is the line as it came, with its OK ${where}`, options, async (t) => {
    const manager = managerOf(t, await start(t));
    assert(/^OK \d+\.\d+/.test(await manager.version()));
  });

  test(
    `7.3 status() and 7.4 workers() tell of functions and connections ${where}`,
    options,
    async (t) => {
      const place = await start(t);
      const client = clientOf(t, place);
      const handle = await client.waits({ id: 1 });
      workOn(t, place, { idle: () => null, busy: () => null });
      await client.__call("idle", ["x", 1]);
      const manager = managerOf(t, place);
      const status = await manager.status();
      assertEquals(status.waits, { in_queue: 1, jobs_running: 0, capable_workers: 0 });
      assertEquals(status.idle, { in_queue: 0, jobs_running: 0, capable_workers: 1 });
      const workers = await manager.workers();
      const worker = workers.find(({ abilities }) => abilities.length > 0);
      assertEquals([...worker?.abilities ?? []].sort(), ["busy", "idle"]);
      assert(worker?.id.startsWith("geartrain_"));
      assert(workers.some(({ id, abilities }) => id === "-" && abilities.length === 0));

      // 7.10: what Net_Gearman lacks.
      const priorities = await manager.priorityStatus();
      assertEquals(priorities.waits, { high: 0, normal: 1, low: 0, capable_workers: 0 });
      assertEquals((await manager.showJobs()).map((job) => job.handle), [handle]);
      assertEquals((await manager.showUniqueJobs()).length, 1);
      assertEquals(await manager.cancelJob(handle), true);
      assertEquals(await manager.createFunction("made"), true);
      assertEquals(await manager.setMaxQueueSize("made", 1), true);
      assertEquals(await manager.dropFunction("made"), true);
      assert(/^[A-Z]+$/.test(await manager.verbose()));
      assert(await manager.getpid() > 0);
    },
  );

  test(`7.6 setMaxQueueSize() limits a function that is known ${where}`, options, async (t) => {
    const place = await start(t);
    const client = clientOf(t, place);
    const manager = managerOf(t, place);
    assertEquals(await manager.setMaxQueueSize("unknown", 1), true);
    await client.f("first");
    assertEquals(await manager.setMaxQueueSize("f", 1), true);
    const error = await assertRejects(() => client.f("second"), Net_Gearman_Exception);
    assertEquals(error.message, "(QUEUE_ERROR): Job queue is full");
    assertEquals(await manager.setMaxQueueSize("f", 0), true);
    await client.f("second");
  });
}

test(
  "7.7 shutdown() is an exception where the server does not have it",
  SERVERS[1].options,
  async (t) => {
    const manager = managerOf(t, await SERVERS[1].start(t));
    const error = await assertRejects(() => manager.shutdown(), Net_Gearman_Exception);
    assert(error.message.endsWith("[error code: UNKNOWN_COMMAND]"), error.message);
  },
);

test("7.8 disconnect() closes for good, and may be called twice", async (t) => {
  const manager = managerOf(t, await SERVERS[0].start(t));
  await manager.version();
  await manager.disconnect();
  await manager.disconnect();
  const error = await assertRejects(() => manager.version(), Net_Gearman_Exception);
  assertEquals(error.message, "Expected a server to ask, got one that was disconnected");
});
