/**
 * The process of a real server is killed at each step of a job, with its client and its worker at
 * work: both settle what waits, and both serve on with the server that takes its place.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  type RunningServer,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { SERVER_PROGRAMS } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import type { Client } from "../../src/client/mod.ts";
import { LinkError } from "../../src/errors.ts";
import type { Job, Worker } from "../../src/worker/mod.ts";
import { endOf, makeCalls } from "./calls.ts";
import { Fixture, kill, next } from "./processes.ts";

/** A server with a client and a worker, both connected. */
interface Scene {
  readonly t: TestContext;
  readonly server: RunningServer;
  readonly client: Client;
  readonly worker: Worker;
  /** The job of the function `held`: begun, and on until it is ended or its signal aborts. */
  readonly held: Promise<{ readonly job: Job; end(): void }>;
}

/** That a call was sent and not answered. Whether the system calls it a reset depends on what it had read. */
function assertUnacknowledged(end: string, call: string): void {
  assertEquals(end.replace("RESET", "CLOSED"), "LinkError CLOSED unacknowledged", call);
}

/** That the result was sent is told by what the server did after it. */
const UNREAD = "with the result sent to a client that has not read it";

/** Each step, played through the kill and to the end of every call. */
const STEPS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "before the calls"({ server, client }) {
    const down = next(client, "down");
    await kill(server.program);
    await down;
    for (const [call, end] of Object.entries(await makeCalls(client).ends)) {
      assertEquals(end.replace("UNREACHABLE", "REFUSED"), "LinkError REFUSED unsent", call);
    }
  },

  async "with the calls sent and not read"({ server, client }) {
    await server.program.kill("SIGSTOP");
    const { task, ends } = makeCalls(client);
    // A turn's packets leave at its end, within a few rounds of the microtask queue.
    while (task.outcome === "unsent") await undefined;
    await kill(server.program);
    for (const [call, end] of Object.entries(await ends)) assertUnacknowledged(end, call);
  },

  async "with a job acknowledged"({ server, client }) {
    const task = client.submit("nobody");
    await task.accepted;
    const waiting = client.submit("nobody");
    await waiting.accepted;
    await kill(server.program);
    for (const lost of [task, waiting]) {
      assertEquals(await endOf(lost.result()), "JobLost LOST accepted");
    }
  },

  async "with a job begun"({ server, client, held }) {
    const task = client.submit("held");
    const { job } = await held;
    // Its server may have told the worker first.
    await task.accepted;
    await kill(server.program);
    assertEquals(await endOf(task.result()), "JobLost LOST accepted");
    await aborted(job);
  },

  async "with a job's first data received"({ server, client, held }) {
    const task = client.submit("held");
    const { job } = await held;
    job.data("part");
    const events = task[Symbol.asyncIterator]();
    assertEquals((await events.next()).value?.type, "data");
    const end = endOf(events.next());
    await kill(server.program);
    assertEquals(await end, "JobLost LOST accepted");
    assertEquals(await endOf(task.result()), "JobLost LOST accepted");
    await aborted(job);
  },

  async "with a job's end not read"({ server, client, held }) {
    const task = client.submit("held");
    await task.accepted;
    const { job, end } = await held;
    await server.program.kill("SIGSTOP");
    end();
    await job.flushed();
    await kill(server.program);
    assertEquals(await endOf(task.result()), "JobLost LOST accepted");
  },

  async "with a job's end received"({ server, client, held }) {
    const task = client.submit("held");
    (await held).end();
    assertEquals(await task.text(), "done");
    await kill(server.program);
    assertEquals(await task.text(), "done");
  },

  async "with megabytes of a workload on their way to it"({ server, client }) {
    await server.program.kill("SIGSTOP");
    const task = client.submit("work", new Uint8Array(32 * 1024 * 1024));
    const behind = client.ping();
    while (task.outcome === "unsent") await undefined;
    await kill(server.program);
    assertUnacknowledged(await endOf(task.result()), "submit");
    // It waited in our own memory, so it was sent again: to nobody, or to what was left of the dying.
    const end = await endOf(behind);
    const isExpected = /^LinkError (UNREACHABLE|REFUSED) unsent$/.test(end) ||
      /^LinkError (RESET|CLOSED) unacknowledged$/.test(end);
    assert(isExpected, `Expected the ping to be sent again, it ended with ${end}`);
  },

  async [UNREAD]({ t, server, held }) {
    const reader = t.use(await Fixture.start("client", server.address.port));
    await reader.until("up");
    await reader.tell("submit held x");
    const { end } = await held;
    await reader.until("accepted");
    await reader.program.kill("SIGSTOP");
    end();
    // The server has passed on the result when it answers what was asked after it.
    await publicEnds(t, server.address).client().submit("next").result();
    await kill(server.program);
    await reader.program.kill("SIGCONT");
    assertEquals(await reader.until("result"), "result done");
    await reader.program.end();
    const { code, stderr } = await reader.program.exit();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  },
};

/** Resolves when the job is told that its link is lost. */
async function aborted({ signal }: Job): Promise<void> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  assertInstanceOf(signal.reason, LinkError);
}

/** A worker of the functions `held` and `next`, and the first job of the former. */
function working(worker: Worker): Scene["held"] {
  return new Promise((resolve) => {
    worker.add("next", (job) => job.workload).add("held", (job) =>
      new Promise((end) => {
        job.signal.addEventListener("abort", () => end());
        resolve({ job, end: () => end("done") });
      }));
  });
}

for (const { name, skip, start, startInOrder } of SERVER_PROGRAMS) {
  for (const [step, play] of Object.entries(STEPS)) {
    test(`${name} killed ${step} leaves client and worker whole`, {
      skip,
    }, async (t) => {
      const server = t.use(await (step === UNREAD ? startInOrder() : start()));
      const ends = publicEnds(t, server.address);
      const client = ends.client({ exceptions: false });
      const worker = ends.worker({ backoff: () => 20 });
      const held = working(worker);
      const connected = next(worker, "up");
      worker.start();
      await connected;
      await client.ping();
      const down = Promise.all([next(worker, "down"), next(client, "down")]);
      await play({ t, server, client, worker, held });
      await down;
      const up = next(worker, "up");
      t.use(await start(server.address.port));
      await up;
      assertEquals(await client.submit("next", "served").text(), "served");
    });
  }
}
