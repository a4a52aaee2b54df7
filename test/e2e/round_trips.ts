/** Jobs of every kind, round trip: what any client and worker must do through any job server. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertSameBytes,
  pattern,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import type { Client, ClientOptions } from "../../src/client/mod.ts";
import { JobException, JobFailed } from "../../src/errors.ts";
import type { Worker, WorkerOptions } from "../../src/worker/mod.ts";

/** A client and a worker of one server. The test closes them. */
export interface Ends {
  client(options?: Partial<ClientOptions>): Client;
  worker(options?: Partial<WorkerOptions>): Worker;
}

/** Makes them anew for each test. */
export type EndsOf = (t: TestContext) => Promise<Ends>;

/** Workload sizes around the limits of windows, carries and chunks. */
export const SIZES: readonly number[] = [
  0,
  1,
  65_440,
  65_503,
  65_523,
  65_524,
  65_535,
  65_536,
  65_559,
];

/** Registers the tests. */
export function roundTrips(
  where: string,
  endsOf: EndsOf,
  options: { skip?: string | false } = {},
): void {
  const { skip } = options;

  test(`a foreground job goes round ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker().add("reverse", (job) => job.text().split("").reverse().join("")).start();
    const task = client().submit("reverse", "Hello!");
    assertEquals(await task.text(), "!olleH");
    assertEquals(task.outcome, "accepted");
  });

  test(`a background job goes round ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    const one = client();
    const receipt = await one.background("log", "line", { unique: "bg-1" });
    assertEquals(receipt.unique, "bg-1");
    assertEquals(await one.status(receipt), {
      isKnown: true,
      isRunning: false,
      numerator: 0,
      denominator: 0,
    });
    assertEquals((await one.status({ unique: "bg-1" })).isKnown, true);
    const ran = new Promise<string>((resolve) => {
      worker().add("log", (job) => resolve(`${job.handle} ${job.unique} ${job.text()}`)).start();
    });
    assertEquals(await ran, `${receipt.handle} bg-1 line`);
  });

  test(`a job's status can be asked while it runs ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    const one = client();
    let end = () => {};
    worker().add("slow", (job) => {
      job.status(3, 10);
      return new Promise((resolve) => end = resolve);
    }).start();
    const task = one.submit("slow");
    for await (const event of task) {
      assertEquals(event, { type: "status", numerator: 3, denominator: 10 });
      break;
    }
    const status = await one.status({ handle: task.handle });
    assertEquals(status, { isKnown: true, isRunning: true, numerator: 3, denominator: 10 });
    end();
    await task.result();
    assertEquals((await one.status({ handle: task.handle })).isKnown, false);
  });

  test(`data, warnings and status stream in order ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker().add("count", (job) => {
      for (let i = 1; i <= 50; i++) {
        job.data(`${i} `);
        job.status(i, 50);
        if (i % 10 === 0) job.warning(`at ${i}`);
      }
      return "end";
    }).start();
    const task = client().submit("count");
    const events: string[] = [];
    for await (const event of task) {
      const text = event.type === "status"
        ? `${event.numerator}/${event.denominator}`
        : new TextDecoder().decode(event.data);
      events.push(`${event.type} ${text}`);
    }
    const expected: string[] = [];
    for (let i = 1; i <= 50; i++) {
      expected.push(`data ${i} `, `status ${i}/50`);
      if (i % 10 === 0) expected.push(`warning at ${i}`);
    }
    assertEquals(events, expected);
    assertEquals(
      await task.text(),
      Array.from({ length: 50 }, (_, i) => `${i + 1} `).join("") + "end",
    );
  });

  test(`failures and exceptions come back as such ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker()
      .add("fail", () => {
        throw new JobFailed();
      })
      .add("throw", () => {
        throw new RangeError("out of cheese");
      })
      .start();
    const one = client();
    await assertRejects(() => one.submit("fail").result(), JobFailed);
    const error = await assertRejects(() => one.submit("throw").result(), JobException);
    assertEquals(new TextDecoder().decode(error.data), "RangeError: out of cheese");
    const deaf = client({ exceptions: false });
    await assertRejects(() => deaf.submit("throw").result(), JobFailed);
  });

  test(`workloads keep every byte at every size ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker({ concurrency: 4 }).add("echo", (job) => job.workload).start();
    const one = client();
    const alphabet = Uint8Array.from({ length: 256 }, (_, i) => i);
    assertSameBytes(await one.submit("echo", alphabet).result(), alphabet);
    const tasks = SIZES.map((size) => one.submit("echo", pattern(size)));
    for (const [i, task] of tasks.entries()) {
      assertSameBytes(await task.result(), pattern(SIZES[i]));
    }
  });

  test(`sixteen megabytes go round ${where}`, { skip, timeout: 180_000 }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker().add("echo", (job) => job.workload).start();
    const workload = pattern(16 * 1024 * 1024);
    assertSameBytes(await client().submit("echo", workload).result(), workload);
  });

  test(`a thousand jobs at once all come back, each with its own result ${where}`, {
    skip,
  }, async (t) => {
    const { client, worker } = await endsOf(t);
    worker({ concurrency: 16 }).add("double", async (job) => {
      await undefined;
      return String(2 * Number(job.text()));
    }).start();
    const one = client();
    const tasks = Array.from({ length: 1_000 }, (_, i) => one.submit("double", `${i}`).text());
    const results = await Promise.all(tasks);
    assertEquals(results.every((result, i) => Number(result) === 2 * i), true);
  });

  test(`priorities decide which job runs first ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    const one = client();
    const order: string[] = [];
    for (const priority of ["low", "normal", "high"] as const) {
      await one.background("order", priority, { priority });
    }
    const last = one.submit("order", "last", { priority: "low" });
    await last.accepted;
    worker().add("order", (job) => void order.push(job.text())).start();
    await last.result();
    assertEquals(order, ["high", "normal", "low", "last"]);
  });

  test(`equal uniques under way share one job ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    const [one, other] = [client(), client()];
    const tasks = [
      one.submit("once", "first", { unique: "u" }),
      one.submit("once", "second", { unique: "u" }),
    ];
    await Promise.all(tasks.map((task) => task.accepted));
    tasks.push(other.submit("once", "third", { unique: "u" }));
    await tasks[2].accepted;
    assertEquals(new Set(tasks.map((task) => task.handle)).size, 1);
    let runs = 0;
    worker().add("once", (job) => {
      runs++;
      job.data("part ");
      return job.text();
    }).start();
    assertEquals(await Promise.all(tasks.map((task) => task.text())), Array(3).fill("part first"));
    assertEquals(runs, 1);
  });

  test(`a job of a worker that goes away is given to another ${where}`, { skip }, async (t) => {
    const { client, worker } = await endsOf(t);
    const first = worker();
    const begun = new Promise<void>((resolve) => {
      first.add("f", (job) => {
        resolve();
        return new Promise((end) => job.signal.addEventListener("abort", () => end("first")));
      }).start();
    });
    const task = client().submit("f");
    await begun;
    await first.close();
    worker().add("f", () => "second").start();
    assertEquals(await task.text(), "second");
  });

  test(`ping() comes back ${where}`, { skip }, async (t) => {
    const { client } = await endsOf(t);
    assert(await client().ping({ data: pattern(300) }) >= 0);
  });
}
