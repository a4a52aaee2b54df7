/** The client: section 2, opposite servers that follow a script, or are not there. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
  test,
} from "../../_harness/mod.ts";
import { fakeServer } from "../../_harness/fake_server.ts";
import { handClock } from "../../_harness/hand_clock.ts";
import {
  Net_Gearman_Client,
  Net_Gearman_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
  type TaskResponse,
} from "../../../src/compat/net_gearman/mod.ts";
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import { THROWERS } from "./scripts.ts";

const { JOB_NORMAL, JOB_BACKGROUND, TASK_STATUS } = Net_Gearman_Task;

test("2.1 a client connects when there is something to send, within its timeout", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("OPTION_REQ");
      await peer.expect("SUBMIT_JOB_BG");
      await peer.send("OPTION_RES", "exceptions");
      await peer.send("JOB_CREATED", "H:fake:1");
    }]),
  );
  const timeouts: unknown[] = [];
  const client = t.use(
    new Net_Gearman_Client([server.address], 1234, {
      dial: (to, how) => {
        timeouts.push(how?.timeout);
        return server.dial(to, how);
      },
    }),
  );
  assertEquals(timeouts, []);
  assertEquals(await client.f("x"), "H:fake:1");
  assertEquals(timeouts, [1234]);
});

test("2.2 a list without servers is an exception, an empty name a TypeError", async () => {
  assertThrows(
    () => new Net_Gearman_Client([]),
    Net_Gearman_Exception,
    "Invalid servers specified",
  );
  await assertRejects(() => new Net_Gearman_Client("").f("x"), TypeError);
});

test("2.3 getInstance() gives one client for each list of servers", () => {
  const one = Net_Gearman_Client.getInstance(["10.0.0.1", "10.0.0.2"]);
  assertStrictEquals(Net_Gearman_Client.getInstance(["10.0.0.1", "10.0.0.2"]), one);
  assert(Net_Gearman_Client.getInstance(["10.0.0.2", "10.0.0.1"]) !== one);
  assertInstanceOf(one, Net_Gearman_Client);
});

test("2.4 attachCallback() hears of attempts to connect that fail, and of no others", async (t) => {
  const network = memoryNetwork();
  const clock = handClock();
  const client = t.use(
    new Net_Gearman_Client(["dead:1", { host: "dead", port: 2 }], 300, {
      dial: network.dial,
      clock,
    }),
  );
  const calls: unknown[][] = [];
  client.attachCallback((...args) => calls.push(args));
  await assertRejects(() => client.f("x"), Net_Gearman_Exception);
  assertEquals(calls.map((args) => args.slice(0, 4)).sort(), [
    ["dead:1", false, 300, 0],
    ["dead:2", false, 300, 0],
  ]);
  for (const [, , , , error] of calls) assertInstanceOf(error, Net_Gearman_Exception);
  assertThrows(
    () => client.attachCallback("strlen" as never),
    Net_Gearman_Exception,
    "Invalid callback specified",
  );
});

/** What the six types are on the wire. */
const PACKETS = [
  [1, "SUBMIT_JOB"],
  [2, "SUBMIT_JOB_BG"],
  [3, "SUBMIT_JOB_HIGH"],
  [4, "SUBMIT_JOB_HIGH_BG"],
  [5, "SUBMIT_JOB_LOW"],
  [6, "SUBMIT_JOB_LOW_BG"],
] as const;

test("3.2 each type of job has its packet", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      for (const [type, name] of PACKETS) {
        assertEquals(await peer.expect(name), ["f", `u${type}`, "x"]);
        await peer.send("JOB_CREATED", `H:fake:${type}`);
        if (type % 2 === 1) await peer.send("WORK_COMPLETE", `H:fake:${type}`, "{}");
      }
    }]),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial, exceptions: false }));
  for (const [type] of PACKETS) {
    await client.runSet(new Net_Gearman_Set([new Net_Gearman_Task("f", "x", `u${type}`, type)]));
  }
  await server.done;
});

test("2.5 what the language looks for on any object is no job", async (t) => {
  const network = memoryNetwork();
  const client = t.use(new Net_Gearman_Client("dead:1", 1000, { dial: network.dial }));
  assertStrictEquals(await client, client);
  assertEquals(JSON.stringify({ client }), '{"client":{}}');
  assertEquals(`${client}`, "[object Object]");
});

test("2.17 functions whose names are taken are called with __call()", async (t) => {
  const names = ["then", "toJSON", "constructor", "toString", "valueOf", "runSet", "disconnect"];
  const server = t.use(
    await fakeServer([async (peer) => {
      for (const name of names) {
        const [func, , workload] = await peer.expect("SUBMIT_JOB_BG");
        assertEquals([func, workload], [name, "x"]);
        await peer.send("JOB_CREATED", `H:fake:${name}`);
      }
    }]),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial, exceptions: false }));
  for (const name of names) {
    assertEquals(await client.__call(name, ["x"]), `H:fake:${name}`);
  }
  assertStrictEquals(client.constructor, Net_Gearman_Client);
});

for (const [when, thrower] of Object.entries(THROWERS)) {
  test(`2.4 what a connection callback throws ${when} comes out of the call`, async (t) => {
    const servers = ["dead:1", "dead:2"];
    const client = t.use(new Net_Gearman_Client(servers, 1000, { dial: memoryNetwork().dial }));
    const failed: unknown[] = [];
    client.attachCallback((server, ...[, , , error]) => {
      failed.push([server, error instanceof Net_Gearman_Exception]);
      return thrower();
    });
    for (const type of [JOB_NORMAL, JOB_BACKGROUND]) {
      await assertRejects(() => client.__call("f", ["x", type]), RangeError, "mine");
    }
    // Nothing else is tried: it is the callback's word against it, as in PHP.
    assertEquals(failed, [["dead:2", true], ["dead:2", true]]);
    const set = new Net_Gearman_Set(["a", "b"].map((uniq) => new Net_Gearman_Task("f", "x", uniq)));
    await assertRejects(() => client.runSet(set), RangeError, "mine");
  });
}

test("2.8 runSet() comes back when its time is over, without a sign", async (t) => {
  const clock = handClock();
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", "H:fake:1");
      await peer.send("WORK_STATUS", "H:fake:1", "1", "2");
    }]),
  );
  const { address, dial } = server;
  const client = t.use(
    new Net_Gearman_Client([address], 1000, { dial, clock, exceptions: false }),
  );
  const set = new Net_Gearman_Set();
  const task = new Net_Gearman_Task("f", "x");
  set.addTask(task);
  set.attachCallback(() => {
    throw new Error("Expected no call: the set has not run");
  });
  const status = new Promise((resolve) => task.attachCallback(resolve, TASK_STATUS));
  const run = client.runSet(set, 3);
  await status;
  clock.turn(2_999);
  clock.turn(1);
  await run;
  assertEquals([task.finished, task.result, set.count()], [false, "", 1]);
});

test("2.10 the server is chosen as PHP chooses: equal uniques meet on one", async (t) => {
  // The code of the last digit of md5(unique), modulo 3, as PHP 8.2 computes it.
  const expected = { a: 1, b: 0, u1: 1, hello: 2, größe: 2 };
  const dialled: string[] = [];
  const network = memoryNetwork();
  const client = t.use(
    new Net_Gearman_Client(["s0:1", "s1:1", "s2:1"], 1000, {
      dial: (to, how) => {
        dialled.push("host" in to ? to.host : to.path);
        return network.dial(to, how);
      },
    }),
  );
  for (const [uniq, index] of Object.entries(expected)) {
    dialled.length = 0;
    const set = new Net_Gearman_Set([new Net_Gearman_Task("f", "x", uniq)]);
    await assertRejects(() => client.runSet(set), Net_Gearman_Exception);
    assertEquals([uniq, dialled[0]], [uniq, `s${index}`]);
    assertEquals([...dialled].sort(), ["s0", "s1", "s2"]);
  }
});

test("2.11 with no server left it is an exception that names those that were tried", async (t) => {
  const client = t.use(
    new Net_Gearman_Client(["s0:1", "s1:1"], 1000, { dial: memoryNetwork().dial }),
  );
  const set = new Net_Gearman_Set([new Net_Gearman_Task("f", "x", "b")]);
  const error = await assertRejects(() => client.runSet(set), Net_Gearman_Exception);
  assertEquals(
    error.message,
    "Failed to connect to a Gearman server. Attempted to connect to s0:1,s1:1.",
  );
});

test("2.12 a task's own servers replace the client's", async (t) => {
  const dialled: unknown[] = [];
  const network = memoryNetwork();
  const client = t.use(
    new Net_Gearman_Client(["s0:1", "s1:1"], 1000, {
      dial: (to, how) => {
        dialled.push(to);
        return network.dial(to, how);
      },
    }),
  );
  const task = new Net_Gearman_Task("f", "x", "u", JOB_NORMAL, ["mine:7"]);
  await assertRejects(() => client.runSet(new Net_Gearman_Set([task])), Net_Gearman_Exception);
  assertEquals(dialled, [{ host: "mine", port: 7 }]);
});

test("2.14 an ERROR of the server is an exception with its code and its text", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SUBMIT_JOB");
      await peer.send("ERROR", "QUEUE_ERROR", "Job queue is full");
    }]),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial, exceptions: false }));
  const error = await assertRejects(() => client.f("x", JOB_NORMAL), Net_Gearman_Exception);
  assertEquals(error.message, "(QUEUE_ERROR): Job queue is full");
});

test("2.15 a connection that is lost ends the run with an exception", async (t) => {
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", "H:fake:1");
      peer.hangUp();
    }]),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial, exceptions: false }));
  const set = new Net_Gearman_Set([new Net_Gearman_Task("f", "x")]);
  await assertRejects(() => client.runSet(set), Net_Gearman_Exception);
  assertEquals(set.count(), 1);
});

test("2.16 what a subclass may change: connection, submission, response", async (t) => {
  const seen: string[] = [];
  class Mine extends Net_Gearman_Client<object> {
    protected override submitTask(...args: Parameters<Net_Gearman_Client["submitTask"]>) {
      seen.push(`submit ${args[0].func}`);
      return super.submitTask(...args);
    }
    protected override getConnection(...args: Parameters<Net_Gearman_Client["getConnection"]>) {
      seen.push(`connect ${args[0]}`);
      return super.getConnection(...args);
    }
    protected override handleResponse(
      ...args: Parameters<Net_Gearman_Client["handleResponse"]>
    ): Promise<void> {
      const { function: name, data }: TaskResponse = args[0];
      seen.push(`${name} ${data.handle}`);
      return super.handleResponse(...args);
    }
  }
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", "H:fake:1");
      await peer.send("WORK_COMPLETE", "H:fake:1", "[1]");
    }]),
  );
  const { address, dial } = server;
  const client = t.use(new Mine([address], 1000, { dial, exceptions: false }));
  const task = new Net_Gearman_Task("f", "x", "u");
  await client.runSet(new Net_Gearman_Set([task]));
  assertEquals(seen, ["submit f", "connect u", "job_created H:fake:1", "work_complete H:fake:1"]);
  assertEquals(task.result, [1]);
});

/** Never called: whether it compiles is the test. */
function types(
  client: Net_Gearman_Client<{
    stringReverse(text: string): string;
    resize(image: { id: number }): Promise<{ bytes: number }>;
    log(line: string): void;
  }>,
): unknown[] {
  const handle: Promise<string> = client.stringReverse("x");
  const reversed: Promise<{ result: string }> = client.stringReverse("x", JOB_NORMAL);
  const resized: Promise<{ bytes: number }> = client.resize({ id: 7 }, JOB_NORMAL);
  const logged: Promise<{ result: null }> = client.log("x", JOB_NORMAL);
  // @ts-expect-error: a wrong argument
  const wrong = client.resize({ name: 7 }, JOB_NORMAL);
  // @ts-expect-error: a wrong function
  const unknown = client.resice({ id: 7 });
  // @ts-expect-error: no type of job
  const type = client.log("x", 9);
  return [handle, reversed, resized, logged, wrong, unknown, type];
}

test("2.5 the functions of a client may be told as types", () => {
  assertEquals(types.length, 1);
});
