/** A client that knows what functions take and give. */
import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertThrows,
  codecUnderTest,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client } from "../../src/client/mod.ts";
import { JobFailed, JobInvalid, JobTimeout, LinkError } from "../../src/errors.ts";
import { codec, defineJobs, type StandardResult, type StandardSchema } from "../../src/jobs/mod.ts";
import { clientTo, quiet } from "./fixtures.ts";

/** A validator that has to think about it. */
const even: StandardSchema<number, number> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) =>
      await (Number(value) % 2 === 0
        ? { value: value as number }
        : { issues: [{ message: "Expected an even number" }] }),
  },
};

const jobs = defineJobs({
  reverse: { input: codec.text(), output: codec.text() },
  sum: { input: codec.json<number[]>(), output: codec.json<number>() },
  halve: { input: even, output: codec.json<number>() },
});

async function clientOf(t: TestContext, ...scripts: Script[]) {
  const { address, dial } = t.use(await fakeServer(scripts));
  return clientTo(t, { servers: address, dial, jobs });
}

test("value() gives what the function's output says", async (t) => {
  const client = await clientOf(t, async (peer) => {
    assertEquals(await peer.expect("SUBMIT_JOB"), ["sum", "", "[1,2]"]);
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "3");
  });
  const task = client.submit("sum", [1, 2]);
  const sum: number = await task.value();
  assertEquals(sum, 3);
  assertEquals(await task.text(), "3");
});

test("value() rejects when the result does not fit, result() does not", async (t) => {
  const client = await clientOf(t, async (peer) => {
    await peer.next();
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "three");
  });
  const task = client.submit("sum", [1, 2]);
  const error = await assertRejects(() => task.value(), JobInvalid);
  assertEquals([error.code, error.outcome, error.retriable], ["INVALID_OUTPUT", "accepted", false]);
  assertEquals([error.handle, error.functionName], ["H:fake:1", "sum"]);
  assertEquals(await task.text(), "three");
});

test("value() rejects as result() does when the job failed", async (t) => {
  const client = await clientOf(t, async (peer) => {
    await peer.next();
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_FAIL", "H:fake:1");
  });
  await assertRejects(() => client.submit("reverse", "x").value(), JobFailed);
});

test("an input that does not fit comes out of the task, and nothing is sent", async (t) => {
  const client = await clientOf(t, async (peer) => {
    assertEquals((await peer.expect("SUBMIT_JOB_BG"))[2], "fits");
    peer.send("JOB_CREATED", "H:fake:1");
  });
  const task = client.submit("reverse", 5 as unknown as string);
  const error = await assertRejects(() => task.value(), JobInvalid, "Expected text, got 5");
  assertEquals([error.code, error.outcome, error.retriable], ["INVALID_INPUT", "unsent", false]);
  await assertRejects(() => task.accepted, JobInvalid);
  assertEquals(task.outcome, "unsent");
  await assertRejects(() => client.background("reverse", 5 as unknown as string), JobInvalid);
  await client.background("reverse", "fits");
});

test("a validator that takes its time delays only its own job", async (t) => {
  const workloads: string[] = [];
  const client = await clientOf(t, async (peer) => {
    for (const handle of ["H:fake:1", "H:fake:2"]) {
      workloads.push((await peer.next()).args[2]);
      peer.send("JOB_CREATED", handle);
      peer.send("WORK_COMPLETE", handle, "1");
    }
  });
  const tasks = [client.submit("halve", 2), client.submit("sum", [1])];
  assertEquals(await Promise.all(tasks.map((task) => task.value())), [1, 1]);
  assertEquals(workloads, ["[1]", "2"]);
  await assertRejects(() => client.submit("halve", 3).value(), JobInvalid, "even number");
});

test("a job that was given up while its validator was at it is not sent", async (t) => {
  const client = await clientOf(t, async (peer) => {
    assertEquals((await peer.next()).args[0], "reverse");
    peer.send("JOB_CREATED", "H:fake:1");
    peer.send("WORK_COMPLETE", "H:fake:1", "");
  });
  const controller = new AbortController();
  const task = client.submit("halve", 2, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => task.value(), Error, "enough");
  assertEquals(task.outcome, "unsent");
  assertEquals(await client.submit("reverse", "").value(), "");
});

test("submit() throws for a function that is not defined", async (t) => {
  const client = await clientOf(t);
  assertThrows(
    () => client.submit("revers" as "reverse", "x"),
    TypeError,
    'Expected one of the functions "reverse", "sum", "halve", got "revers"',
  );
});

test("without a contract value() gives the bytes", async (t) => {
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      await peer.next();
      peer.send("JOB_CREATED", "H:fake:1");
      peer.send("WORK_COMPLETE", "H:fake:1", "x");
    }]),
  );
  const client = clientTo(t, { servers: address, dial });
  const value: Uint8Array = await client.submit("anything", "x").value();
  assertInstanceOf(value, Uint8Array);
  assertEquals(value.length, 1);
});

test("close() ends what still waits for a validator of its input", async (t) => {
  const never: StandardSchema<number, number> = {
    "~standard": { version: 1, vendor: "test", validate: () => new Promise(() => {}) },
  };
  const { address, dial } = t.use(await fakeServer([]));
  const stuck = defineJobs({ stuck: { input: never, output: codec.text() } });
  const client = new Client({ servers: address, dial, jobs: stuck });
  const task = client.submit("stuck", 1);
  const calls = [task.accepted, task.value(), client.background("stuck", 1)];
  const batch = client.backgroundAll([{ functionName: "stuck", workload: 1 }]).all();
  await client.close();
  for (const call of [...calls, batch]) {
    const error = await assertRejects(() => call as Promise<unknown>, LinkError);
    assertEquals([error.code, error.outcome], ["CLOSED", "unsent"]);
  }
  const late = await assertRejects(() => client.background("stuck", 1), LinkError);
  assertEquals(late.code, "CLOSED");
});

/** A client whose one job has ended, and what its validator is given to say. */
async function withEnded(t: TestContext, options: { timeout?: number } = {}) {
  let judge!: (result: StandardResult<number>) => void;
  const judged = new Promise<StandardResult<number>>((resolve) => judge = resolve);
  let asked = 0;
  const slow: StandardSchema<number, number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: () => {
        asked++;
        return judged;
      },
    },
  };
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      await peer.next();
      peer.send("JOB_CREATED", "H:fake:1");
      await peer.send("WORK_COMPLETE", "H:fake:1", "1");
    }]),
  );
  const clock = handClock();
  const client = new Client({
    servers: address,
    dial,
    clock,
    codec: codecUnderTest,
    exceptions: false,
    heartbeat: Infinity,
    jobs: defineJobs({ f: { input: codec.json<number>(), output: slow } }),
  });
  t.use({ close: () => client.close() });
  const task = client.submit("f", 1, options);
  await task.result();
  return { client, clock, task, judge, asked: () => asked };
}

test("value() that is asked for late has the whole timeout for its validator", async (t) => {
  const { clock, task } = await withEnded(t, { timeout: 1_000 });
  clock.turn(5_000);
  const value = task.value();
  let hasEnded = false;
  value.catch(() => hasEnded = true);
  await quiet();
  clock.turn(999);
  await quiet();
  assertEquals(hasEnded, false);
  clock.turn(1);
  const error = await assertRejects(() => value, JobTimeout);
  assertEquals(
    [error.message, error.outcome],
    ['Expected the value of a job of function "f" within 1000 ms, none came', "accepted"],
  );
});

test("value() is made of a result that has come, though the client has been closed since", async (t) => {
  const { client, task, judge, asked } = await withEnded(t);
  await client.close();
  const values = [task.value(), task.value()];
  judge({ value: 7 });
  assertEquals(await Promise.all(values), [7, 7]);
  assertEquals(asked(), 1);
});

test("what value() rejects with has the stack of its submission", async (t) => {
  const { task, judge } = await withEnded(t);
  const value = task.value();
  judge({ issues: [{ message: "Expected another" }] });
  const error = await assertRejects(() => value, JobInvalid, "Expected another");
  assertMatch(error.stack!, /withEnded/);
});

test("the reason of an abort is given as it is, though it is an error of ours", async (t) => {
  const controller = new AbortController();
  const { client, task } = await withEnded(t);
  const value = task.value();
  await quiet();
  await client.close();
  // That of a worker's job, for instance, whose handler submits others.
  const { code, outcome, stack } = await assertRejects(() => value, LinkError);
  assertEquals([code, outcome], ["CLOSED", "accepted"]);
  assertMatch(stack!, /withEnded/);
  const reason = new LinkError("RESET", "Link was lost");
  const before = reason.stack;
  controller.abort(reason);
  const late = client.submit("f", 1, controller).value();
  assertEquals(await late.catch((error) => error), reason);
  assertEquals(reason.stack, before);
});
