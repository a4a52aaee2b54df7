/**
 * A server's process is killed at each step of its talk with a worker: running jobs are told, calls
 * that wait settle, and the worker serves on with the server that takes its place.
 *
 * @module
 */
import { assertEquals, assertInstanceOf, test, type TestContext } from "../_harness/mod.ts";
import { openJobServer } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import { LinkError } from "../../src/errors.ts";
import type { Job, Worker } from "../../src/worker/mod.ts";
import { endOf } from "./calls.ts";
import { Fixture, next } from "./processes.ts";

/** A worker with a job that runs until it is told to stop, and its server. */
interface Scene {
  readonly puppet: Fixture;
  readonly port: number;
  readonly worker: Worker;
  /** The job of the function `work`, once it has begun. */
  readonly begun: Promise<Job>;
}

async function open(t: TestContext): Promise<Scene> {
  const { puppet, port } = await Fixture.listen();
  t.use(puppet);
  const servers = { host: "127.0.0.1", port };
  const worker = publicEnds(t, servers).worker({ backoff: () => 20 });
  const begun = new Promise<Job>((resolve) => {
    worker.add("work", (job) => {
      resolve(job);
      job.data("part");
      if (job.text() === "short") return "whole";
      return new Promise((stop) => job.signal.addEventListener("abort", () => stop()));
    });
  });
  return { puppet, port, worker, begun };
}

/** A server takes the place of the one that was killed, and the worker comes back to it. */
async function serveAgain(t: TestContext, { worker, port }: Scene): Promise<void> {
  worker.add("next", (job) => job.workload);
  const up = next(worker, "up");
  const { address } = t.use(await openJobServer(port));
  await up;
  const client = publicEnds(t, address).client();
  assertEquals(await client.submit("next", "served").text(), "served");
}

const ASSIGN = "JOB_ASSIGN_UNIQ H:puppet:1 work unique long";

/** What is said up to each step: `< NAME` comes from the worker, `> packet` goes to it. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  "with the worker's function offered": ["< CAN_DO"],
  "with a grab not answered": ["< GRAB_JOB_ALL"],
  "with half a NO_JOB sent": ["< GRAB_JOB_ALL", "> half NO_JOB"],
  "with its worker asleep": ["< GRAB_JOB_ALL", "> NO_JOB", "< PRE_SLEEP"],
  "with its worker woken": ["< GRAB_JOB_ALL", "> NO_JOB", "< PRE_SLEEP", "> NOOP", "< GRAB_JOB"],
  "with half a JOB_ASSIGN_UNIQ sent": ["< GRAB_JOB_ALL", `> half ${ASSIGN}`],
  "with a job assigned": ["< GRAB_JOB_ALL", `> ${ASSIGN}`],
  "with a job's first data received": ["< GRAB_JOB_ALL", `> ${ASSIGN}`, "< WORK_DATA"],
  "with a job's end received": [
    "< GRAB_JOB_ALL",
    `> ${ASSIGN.replace("long", "short")}`,
    "< WORK_COMPLETE",
  ],
};

for (const [step, script] of Object.entries(STEPS)) {
  test(`a server killed ${step} is waited for by its worker`, async (t) => {
    const scene = await open(t);
    const { puppet, worker, begun } = scene;
    worker.start();
    for (const line of script) {
      const words = line.slice(2);
      if (line.startsWith("<")) await puppet.until(words);
      else await puppet.send(words);
    }
    const job = script.includes(`> ${ASSIGN}`) ? await begun : undefined;
    const down = next(worker, "down");
    await puppet.kill();
    assertInstanceOf((await down).reason, LinkError);
    if (job !== undefined) assertInstanceOf(job.signal.reason, LinkError);
    await serveAgain(t, scene);
  });
}

test("a server killed before the dial is waited for by its worker", async (t) => {
  const scene = await open(t);
  await scene.puppet.kill();
  const down = next(scene.worker, "down");
  scene.worker.start();
  assertInstanceOf((await down).reason, LinkError);
  await serveAgain(t, scene);
});

test("a server killed with a grab not answered ends runUntilIdle()", async (t) => {
  const { puppet, worker } = await open(t);
  const end = endOf(worker.runUntilIdle());
  await puppet.until("GRAB_JOB_ALL");
  await puppet.kill();
  assertEquals(await end, "LinkError CLOSED unsent");
  await worker.closed;
});

test("a server killed with a job under way ends runUntilIdle()", async (t) => {
  const { puppet, worker, begun } = await open(t);
  const end = endOf(worker.runUntilIdle());
  await puppet.until("GRAB_JOB_ALL");
  await puppet.send(ASSIGN);
  await begun;
  await puppet.until("WORK_DATA");
  await puppet.kill();
  assertEquals(await end, "LinkError CLOSED unsent");
  await worker.closed;
});

test("a server killed with a job under way ends drain()", async (t) => {
  const { puppet, worker, begun } = await open(t);
  worker.start();
  await puppet.until("GRAB_JOB_ALL");
  await puppet.send(ASSIGN);
  await begun;
  const drained = worker.drain();
  await puppet.kill();
  await drained;
  await worker.closed;
});

test("a server killed with the last ECHO_REQ not answered ends drain()", async (t) => {
  const { puppet, worker } = await open(t);
  worker.start();
  await puppet.until("GRAB_JOB_ALL");
  const drained = worker.drain();
  await puppet.send("NO_JOB");
  await puppet.until("ECHO_REQ");
  await puppet.kill();
  await drained;
  await worker.closed;
});

test("a server killed with megabytes on their way to it ends flushed()", async (t) => {
  const scene = await open(t);
  const { puppet, worker, begun } = scene;
  worker.start();
  await puppet.until("GRAB_JOB_ALL");
  await puppet.send(ASSIGN);
  const job = await begun;
  await puppet.program.kill("SIGSTOP");
  for (let i = 0; i < 32; i++) job.data(new Uint8Array(1024 * 1024));
  const flushed = job.flushed();
  await puppet.kill();
  await flushed;
  await serveAgain(t, scene);
});
