/** A worker that knows what functions take and give. */
import { assertEquals, assertThrows, test, type TestContext } from "../_harness/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { codec, defineJobs, type StandardSchema } from "../../src/jobs/mod.ts";
import { Worker } from "../../src/worker/mod.ts";
import { assign, happening, quiet } from "./scripted.ts";

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
  halve: { input: even, output: even },
});

/** How jobs with these workloads end. */
async function ends(
  t: TestContext,
  offer: (worker: Worker<typeof jobs.definitions>) => void,
  functionName: string,
  workloads: readonly string[],
): Promise<string[]> {
  const ends: string[] = [];
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("CAN_DO");
      for (let n = 0; n < workloads.length; n++) {
        await peer.expect("GRAB_JOB_ALL");
        await assign(peer, n, functionName, workloads[n]);
        const { name, args } = await peer.next();
        ends.push([name, ...args.slice(1)].join(" "));
      }
    }]),
  );
  const worker = new Worker({ servers: server.address, dial: server.dial, jobs });
  t.use({ close: () => worker.close() });
  offer(worker);
  worker.start();
  await server.done;
  return ends;
}

test("a typed handler takes its input and gives its output", async (t) => {
  const reversed = await ends(
    t,
    (worker) => worker.add("reverse", ({ input }) => [...input].reverse().join("")),
    "reverse",
    ["abc", "å∫ç"],
  );
  assertEquals(reversed, ["WORK_COMPLETE cba", "WORK_COMPLETE ç∫å"]);
  const summed = await ends(
    t,
    (worker) => worker.add("sum", async ({ input }) => await input.reduce((a, b) => a + b, 0)),
    "sum",
    ["[1,2,3]"],
  );
  assertEquals(summed, ["WORK_COMPLETE 6"]);
});

test("an input that does not fit ends the job with an exception that says so", async (t) => {
  let runs = 0;
  const halved = await ends(
    t,
    (worker) =>
      worker.add("halve", ({ input }) => {
        runs++;
        return input / 2;
      }),
    "halve",
    ["3", "not JSON", "8"],
  );
  assertEquals(halved, [
    'WORK_EXCEPTION JobInvalid: Expected a fitting input of function "halve", got: Expected an even number',
    halved[1],
    "WORK_COMPLETE 4",
  ]);
  assertEquals(
    halved[1].startsWith(
      'WORK_EXCEPTION JobInvalid: Expected a fitting input of function "halve", got:',
    ),
    true,
  );
  assertEquals(runs, 1);
});

test("an output that does not fit ends the job with an exception that says so", async (t) => {
  const halved = await ends(t, (worker) => worker.add("halve", () => 3), "halve", ["8"]);
  assertEquals(halved, [
    'WORK_EXCEPTION JobInvalid: Expected a fitting output of function "halve", got: Expected an even number',
  ]);
});

test("middleware sees the bytes around a typed handler", async (t) => {
  const summed = await ends(
    t,
    (worker) => {
      worker.use(async (job, next) => `${job.text()} is ${await next()}`);
      worker.add("sum", ({ input }) => input.length);
    },
    "sum",
    ["[1,2,3]"],
  );
  assertEquals(summed, ["WORK_COMPLETE [1,2,3] is 3"]);
});

test("add() throws for a function that is not defined", () => {
  const dial = () => Promise.reject(new Error("not to be dialled"));
  const worker = new Worker({ servers: "10.0.0.1", dial, jobs });
  assertThrows(
    () => worker.add("revers" as "reverse", ({ input }) => input),
    TypeError,
    'Expected one of the functions "reverse", "sum", "halve", got "revers"',
  );
});

test("a handler is not run for a job that was over before its input was judged", async (t) => {
  const clock = handClock();
  const judged = happening<{ value: string }>();
  const asked = happening();
  const slow: StandardSchema<string, string> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: () => {
        asked.happen();
        return judged.done;
      },
    },
  };
  const server = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("CAN_DO");
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, 1, "f", "late");
      await asked.done;
      clock.turn(1_000);
      await peer.expect("WORK_FAIL");
      // Its place is free.
      await peer.expect("GRAB_JOB_ALL");
      judged.happen({ value: "late" });
      await quiet();
    }]),
  );
  const worker = new Worker({
    servers: server.address,
    dial: server.dial,
    clock,
    heartbeat: Infinity,
    jobs: defineJobs({ f: { input: codec.text(slow), output: codec.text() } }),
  });
  t.use({ close: () => worker.close() });
  let runs = 0;
  worker.add("f", ({ input }) => {
    runs++;
    return input;
  }, { timeout: 1_000, announce: false }).start();
  await server.done;
  assertEquals(runs, 0);
});
