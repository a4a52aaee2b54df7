/**
 * Jobs of every kind through the C gearmand, counted: the suite makes a table of the names of
 * these tests, a row for each runtime.
 *
 * @module
 */
import {
  assertEquals,
  assertRejects,
  assertSameBytes,
  missing,
  pattern,
  startGearmand,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { JobException, JobFailed } from "../../src/errors.ts";
import type { Ends } from "../e2e/round_trips.ts";
import { publicEnds } from "../e2e/public_ends.ts";

/** Sizes around the limits of windows, carries and chunks, and both extremes. */
const BINARY_SIZES = [
  0,
  ...Array.from({ length: 65_559 - 65_440 + 1 }, (_, i) => 65_440 + i),
  16 * 1024 * 1024,
];

function counted(count: number, kind: string, run: (ends: Ends) => Promise<number>): void {
  const options = { skip: missing("gearmand"), timeout: 180_000 };
  test(`${count} ${kind} jobs through gearmand`, options, async (t: TestContext) => {
    const { address } = t.use(await startGearmand());
    assertEquals(await run(publicEnds(t, address)), count);
  });
}

counted(500, "foreground", async ({ client, worker }) => {
  worker({ concurrency: 8 }).add("double", (job) => String(2 * Number(job.text()))).start();
  const one = client();
  const tasks = Array.from({ length: 500 }, (_, i) => one.submit("double", `${i}`));
  const results = await Promise.all(tasks.map((task) => task.text()));
  return results.filter((result, i) => Number(result) === 2 * i).length;
});

counted(500, "background", async ({ client, worker }) => {
  const one = client();
  const receipts = await Promise.all(
    Array.from({ length: 500 }, (_, i) => one.background("note", `${i}`)),
  );
  const ran = new Map<string, string>();
  await new Promise<void>((resolve) => {
    worker({ concurrency: 8 }).add("note", (job) => {
      ran.set(job.handle, job.text());
      if (ran.size === receipts.length) resolve();
    }).start();
  });
  return receipts.filter(({ handle }, i) => ran.get(handle) === `${i}`).length;
});

counted(100, "streaming", async ({ client, worker }) => {
  worker({ concurrency: 4 }).add("count", async (job) => {
    for (let i = 1; i <= 10; i++) {
      job.data(`${job.text()}.${i} `);
      job.status(i, 10);
      if (i % 5 === 0) await job.flushed();
    }
    return "end";
  }).start();
  const one = client();
  const streamed = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const task = one.submit("count", `${n}`);
      const seen: string[] = [];
      for await (const event of task) {
        if (event.type === "data") seen.push(new TextDecoder().decode(event.data));
        else if (event.type === "status") seen.push(`${event.numerator}/${event.denominator}`);
      }
      const parts = Array.from({ length: 10 }, (_, i) => `${n}.${i + 1} `);
      assertEquals(seen, parts.flatMap((part, i) => [part, `${i + 1}/10`]));
      return await task.text() === `${parts.join("")}end`;
    }),
  );
  return streamed.filter(Boolean).length;
});

counted(200, "failing", async ({ client, worker }) => {
  worker({ concurrency: 4 }).add("fail", (job) => {
    if (job.text() === "fail") throw new JobFailed();
    throw new RangeError(job.text());
  }).start();
  const one = client();
  let failures = 0;
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    await assertRejects(() => one.submit("fail", "fail").result(), JobFailed);
    const error = await assertRejects(() => one.submit("fail", `no ${i}`).result(), JobException);
    assertEquals(new TextDecoder().decode(error.data), `RangeError: no ${i}`);
    failures += 2;
  }));
  return failures;
});

counted(BINARY_SIZES.length + 1, "binary", async ({ client, worker }) => {
  worker({ concurrency: 4 }).add("echo", (job) => job.workload).start();
  const one = client();
  const alphabet = Uint8Array.from({ length: 256 }, (_, i) => i);
  const workloads = [alphabet, ...BINARY_SIZES.map(pattern)];
  const tasks = workloads.map((workload) => one.submit("echo", workload));
  for (const [i, task] of tasks.entries()) assertSameBytes(await task.result(), workloads[i]);
  return tasks.length;
});
