/** What is done around every job. */
import { assertEquals, assertThrows, test } from "../_harness/mod.ts";
import type { Script } from "../_harness/fake_server.ts";
import { JobFailed } from "../../src/errors.ts";
import type { Middleware } from "../../src/worker/mod.ts";
import { assign, workerOf } from "./scripted.ts";

/** Gives so many jobs of `f`, and keeps how each ended. */
function jobs(count: number, ends: string[]): Script {
  return async (peer) => {
    await peer.expect("CAN_DO");
    for (let n = 1; n <= count; n++) {
      await peer.expect("GRAB_JOB_ALL");
      await assign(peer, n, "f", `${n}`);
      const { name, args } = await peer.next();
      ends.push([name, ...args.slice(1)].join(" "));
    }
  };
}

test("use() goes around handlers added before and after, the first outermost", async (t) => {
  const order: string[] = [];
  const ends: string[] = [];
  const say = (name: string): Middleware => async (job, next) => {
    order.push(`${name} before ${job.text()}`);
    const result = await next();
    order.push(`${name} after`);
    return result;
  };
  const { worker, server } = await workerOf(t, [jobs(1, ends)]);
  worker.use(say("outer")).add("f", () => {
    order.push("handler");
    return "done";
  }).use(say("inner")).start();
  await server.done;
  assertEquals(order, [
    "outer before 1",
    "inner before 1",
    "handler",
    "inner after",
    "outer after",
  ]);
  assertEquals(ends, ["WORK_COMPLETE done"]);
});

test("a middleware may answer itself, change the result, fail the job, or mend it", async (t) => {
  const ends: string[] = [];
  const { worker, server } = await workerOf(t, [jobs(5, ends)]);
  worker.use((job, next) => {
    if (job.text() === "1") return "cached";
    if (job.text() === "2") throw new JobFailed();
    return next();
  });
  worker.use(async (job, next) => {
    try {
      return `<${await next()}>`;
    } catch (error) {
      if (job.text() === "4") return "mended";
      throw error;
    }
  });
  worker.add("f", (job) => {
    if (job.text() >= "4") throw new RangeError("too far");
    return job.text();
  });
  worker.start();
  await server.done;
  assertEquals(ends, [
    "WORK_COMPLETE cached",
    "WORK_FAIL",
    "WORK_COMPLETE <3>",
    "WORK_COMPLETE mended",
    "WORK_EXCEPTION RangeError: too far",
  ]);
});

test("a middleware that called next() and returns nothing leaves the job's end as it is", async (t) => {
  const ends: string[] = [];
  const { worker, server } = await workerOf(t, [jobs(7, ends)]);
  worker.use(async (job, next) => {
    switch (job.text()) {
      case "1":
      case "2":
        await next();
        return;
      case "3":
        await next();
        return "";
      case "4":
        return;
      case "5":
        return void next();
      default:
        // Looked at, and not thrown on.
        await next().catch(() => {});
    }
  });
  // One that is no async function.
  worker.use((_, next) => void next());
  worker.add("f", (job) => {
    if (job.text() === "6") throw new JobFailed();
    if (job.text() === "7") throw new RangeError("too far");
    return job.text() === "2" ? undefined : job.text();
  });
  worker.start();
  await server.done;
  assertEquals(ends, [
    "WORK_COMPLETE 1",
    "WORK_COMPLETE ",
    "WORK_COMPLETE ",
    "WORK_COMPLETE ",
    "WORK_COMPLETE 5",
    "WORK_FAIL",
    "WORK_EXCEPTION RangeError: too far",
  ]);
});

test("a middleware that calls next() twice fails the job, and runs the handler once", async (t) => {
  const ends: string[] = [];
  let runs = 0;
  const { worker, server } = await workerOf(t, [jobs(1, ends)]);
  worker.use(async (_, next) => {
    await next();
    return await next();
  });
  worker.add("f", () => {
    runs++;
  });
  worker.start();
  await server.done;
  assertEquals(ends, [
    "WORK_EXCEPTION TypeError: Expected next() to be called once, it was called again",
  ]);
  assertEquals(runs, 1);
});

test("a middleware that does not wait for next() leaves nothing unhandled behind", async (t) => {
  const ends: string[] = [];
  const { worker, server } = await workerOf(t, [jobs(1, ends)]);
  worker.use((_, next) => {
    void next();
    return "early";
  });
  worker.add("f", () => Promise.reject(new Error("late")));
  worker.start();
  await server.done;
  assertEquals(ends, ["WORK_COMPLETE early"]);
});

test("use() throws for what is no middleware", async (t) => {
  const { worker } = await workerOf(t, []);
  assertThrows(
    () => worker.use(5 as never),
    TypeError,
    "Expected middleware to be a function, got 5",
  );
});
