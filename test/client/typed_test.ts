/** A client that knows what functions take and give. */
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
  codecUnderTest,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { Client } from "../../src/client/mod.ts";
import { JobFailed, JobInvalid, LinkError } from "../../src/errors.ts";
import { codec, defineJobs, type StandardSchema } from "../../src/jobs/mod.ts";

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
  return t.use(
    new Client({ servers: address, dial, codec: codecUnderTest, exceptions: false, jobs }),
  );
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
  const client = t.use(
    new Client({ servers: address, dial, codec: codecUnderTest, exceptions: false }),
  );
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
