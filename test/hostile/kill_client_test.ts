/** A client's process is killed, at each step of a job: server, worker and other clients go on. */
import {
  assertEquals,
  type OpenServer,
  type RunningServer,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { SERVER_PROGRAMS, type ServerKind, SERVERS } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import type { Client } from "../../src/client/mod.ts";
import type { Job, Worker } from "../../src/worker/mod.ts";
import { Fixture, kill } from "./processes.ts";

/** Who is there beside the client that will be killed. */
interface Scene<Server extends OpenServer = OpenServer> {
  readonly t: TestContext;
  readonly server: Server;
  /** Another client, connected. */
  readonly client: Client;
  /** Not started. */
  readonly worker: Worker;
}

/** A job of the function `work` that has begun, and ends when it is told to. */
interface HeldJob {
  readonly job: Job;
  end(): void;
}

/** Starts the worker, and resolves with its first job of the function `work`. */
function firstJob({ worker }: Scene): Promise<HeldJob> {
  return new Promise((resolve) => {
    worker.add("work", (job) => new Promise((end) => resolve({ job, end: () => end("done") })))
      .start();
  });
}

async function submitting({ t, server }: Scene, command = "submit work x"): Promise<Fixture> {
  const victim = t.use(await Fixture.start("client", server.address.port));
  await victim.until("up");
  await victim.tell(command);
  await victim.until("accepted");
  return victim;
}

/** Each step, played up to the kill and whatever must follow for that job. */
const STEPS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "before it submits"({ t, server }) {
    const victim = t.use(await Fixture.dial(server));
    await victim.kill();
  },

  async "with half a SUBMIT_JOB sent"({ t, server }) {
    const victim = t.use(await Fixture.dial(server));
    await victim.send("half SUBMIT_JOB work unique workload");
    await victim.kill();
  },

  async "with its job acknowledged"(scene) {
    await (await submitting(scene)).kill();
    scene.worker.add("work", () => {});
  },

  async "with its background job acknowledged"(scene) {
    await (await submitting(scene, "background work orphan")).kill();
    const { job, end } = await firstJob(scene);
    assertEquals(job.text(), "orphan");
    end();
  },

  async "with its job assigned"(scene) {
    const begun = firstJob(scene);
    const victim = await submitting(scene);
    const { end } = await begun;
    await victim.kill();
    end();
  },

  async "with its job assigned, and another client waiting for the same job"(scene) {
    const begun = firstJob(scene);
    const victim = scene.t.use(await Fixture.dial(scene.server));
    await victim.send("SUBMIT_JOB work shared x");
    const task = scene.client.submit("work", "x", { unique: "shared" });
    await task.accepted;
    const { end } = await begun;
    await victim.kill();
    end();
    assertEquals(await task.text(), "done");
  },

  async "with its first data received"(scene) {
    const begun = firstJob(scene);
    const victim = await submitting(scene);
    const { job, end } = await begun;
    job.data("part");
    await victim.until("data");
    await victim.kill();
    job.data("part");
    job.status(1, 2);
    end();
  },

  async "with megabytes of data on their way to it"(scene) {
    const begun = firstJob(scene);
    const victim = await submitting(scene);
    const { job, end } = await begun;
    await victim.program.kill("SIGSTOP");
    for (let i = 0; i < 8; i++) job.data(new Uint8Array(1024 * 1024));
    await job.flushed();
    await victim.kill();
    end();
  },

  async "with its job complete and the result not read"(scene) {
    const begun = firstJob(scene);
    const victim = await submitting(scene);
    const { job, end } = await begun;
    await victim.program.kill("SIGSTOP");
    end();
    await job.flushed();
    // The server has had the end of the job when it gives the worker the next one.
    await scene.client.submit("next").result();
    await victim.kill();
  },

  async "with the result received"(scene) {
    const begun = firstJob(scene);
    const victim = await submitting(scene);
    (await begun).end();
    assertEquals(await victim.until("result"), "result done");
    await kill(victim.program);
  },
};

/** Steps at which the server stands still. */
const STOPPED_STEPS: Readonly<Record<string, (scene: Scene<RunningServer>) => Promise<void>>> = {
  async "with its job submitted and not acknowledged"(scene) {
    const victim = scene.t.use(await Fixture.dial(scene.server));
    const { program } = scene.server;
    await program.kill("SIGSTOP");
    await victim.send("SUBMIT_JOB work unique workload");
    await victim.kill();
    await program.kill("SIGCONT");
    scene.worker.add("work", () => {});
  },

  async "with its background job submitted and not acknowledged"(scene) {
    const victim = scene.t.use(await Fixture.dial(scene.server));
    const { program } = scene.server;
    await program.kill("SIGSTOP");
    await victim.send("SUBMIT_JOB_BG work unique orphan");
    await victim.kill();
    await program.kill("SIGCONT");
    const { job, end } = await firstJob(scene);
    assertEquals(job.text(), "orphan");
    end();
  },
};

function testSteps<Server extends OpenServer>(
  { name, skip, start }: ServerKind<Server>,
  steps: Readonly<Record<string, (scene: Scene<Server>) => Promise<void>>>,
): void {
  for (const [step, play] of Object.entries(steps)) {
    const title = `a client killed ${step} leaves ${name} and worker to serve others`;
    test(title, { skip }, async (t) => {
      const server = t.use(await start());
      const ends = publicEnds(t, server.address);
      const client = ends.client();
      await client.ping();
      const worker = ends.worker().add("next", (job) => job.workload);
      await play({ t, server, client, worker });
      worker.start();
      assertEquals(await client.submit("next", "served").text(), "served");
    });
  }
}

for (const kind of SERVERS) testSteps(kind, STEPS);
for (const kind of SERVER_PROGRAMS) testSteps(kind, STOPPED_STEPS);
