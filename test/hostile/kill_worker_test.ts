/** A worker's process is killed, at each step of a job: another worker ends the job, and the client has its result. */
import {
  assertEquals,
  type OpenServer,
  type RunningServer,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { SERVER_PROGRAMS, type ServerKind, SERVERS } from "../_harness/job_server.ts";
import { publicEnds } from "../e2e/public_ends.ts";
import type { Client, Task } from "../../src/client/mod.ts";
import { Fixture } from "./processes.ts";

/** Who is there beside the worker that will be killed. */
interface Scene<Server extends OpenServer = OpenServer> {
  readonly t: TestContext;
  readonly server: Server;
  readonly client: Client;
  /** Starts another worker, which answers every job with `rescued`, and keeps a list of them. */
  rescue(): { readonly ran: Promise<string> };
}

/** A job submitted, and accepted. */
async function submitted({ client }: Scene, workload = "x"): Promise<Task> {
  const task = client.submit("work", workload);
  await task.accepted;
  return task;
}

/** A worker of ours in a process of its own, with that job in hand. */
async function assigned({ t, server }: Scene): Promise<Fixture> {
  const victim = t.use(await Fixture.start("worker", server.address.port));
  await victim.until("assigned");
  return victim;
}

/** A worker that is told each packet, connected. */
async function puppet({ t, server }: Scene, ...packets: string[]): Promise<Fixture> {
  const victim = t.use(await Fixture.dial(server));
  for (const packet of packets) await victim.send(packet);
  return victim;
}

/** A worker that is told each packet, with the task's job in hand. */
async function grabbed(scene: Scene): Promise<Fixture> {
  const victim = await puppet(scene, "CAN_DO work", "GRAB_JOB");
  await victim.until("JOB_ASSIGN");
  return victim;
}

async function isRescued(scene: Scene, task: Task, result = "rescued"): Promise<void> {
  scene.rescue();
  assertEquals(await task.text(), result);
}

/** Each step, played up to the kill and to the end of the jobs that it left. */
const STEPS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "before it offers a function"(scene) {
    const victim = await puppet(scene);
    const task = await submitted(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with half a CAN_DO sent"(scene) {
    const victim = await puppet(scene, "half CAN_DO work");
    const task = await submitted(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "before it asks for a job"(scene) {
    const victim = await puppet(scene, "CAN_DO work");
    const task = await submitted(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "asleep"(scene) {
    const victim = await puppet(scene, "CAN_DO work", "PRE_SLEEP");
    await victim.settle();
    await victim.kill();
    await isRescued(scene, await submitted(scene));
  },

  async "woken, before it asks for the job"(scene) {
    const victim = await puppet(scene, "CAN_DO work", "PRE_SLEEP");
    const task = await submitted(scene);
    await victim.until("NOOP");
    await victim.kill();
    await isRescued(scene, task);
  },

  async "woken, with the NOOP not read"(scene) {
    const victim = await puppet(scene, "CAN_DO work", "PRE_SLEEP");
    await victim.settle();
    await victim.program.kill("SIGSTOP");
    const task = await submitted(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with its job assigned and not begun"(scene) {
    const task = await submitted(scene);
    const victim = await grabbed(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with its job begun"(scene) {
    const task = await submitted(scene);
    const victim = await assigned(scene);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with its background job begun"(scene) {
    await scene.client.background("work", "orphan");
    const victim = await assigned(scene);
    await victim.kill();
    assertEquals(await scene.rescue().ran, "orphan");
  },

  async "with three jobs begun"(scene) {
    const tasks = [await submitted(scene), await submitted(scene), await submitted(scene)];
    const victim = await assigned(scene);
    for (let i = 1; i < tasks.length; i++) await victim.until("assigned");
    await victim.kill();
    scene.rescue();
    for (const task of tasks) assertEquals(await task.text(), "rescued");
  },

  async "with half a WORK_DATA sent"(scene) {
    const task = await submitted(scene);
    const victim = await grabbed(scene);
    await victim.send(`half WORK_DATA ${task.handle} part`);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with its first data received"(scene) {
    const task = await submitted(scene);
    const victim = await assigned(scene);
    await victim.tell("data half,");
    const events = task[Symbol.asyncIterator]();
    assertEquals((await events.next()).value?.type, "data");
    await victim.kill();
    await isRescued(scene, task, "half,rescued");
    assertEquals((await events.next()).done, true);
  },

  async "with its status received"(scene) {
    const task = await submitted(scene);
    const victim = await grabbed(scene);
    await victim.send(`WORK_STATUS ${task.handle} 1 2`);
    const events = task[Symbol.asyncIterator]();
    assertEquals((await events.next()).value, { type: "status", numerator: 1, denominator: 2 });
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with half a WORK_COMPLETE sent"(scene) {
    const task = await submitted(scene);
    const victim = await grabbed(scene);
    await victim.send(`half WORK_COMPLETE ${task.handle} result`);
    await victim.kill();
    await isRescued(scene, task);
  },

  async "with its job complete"(scene) {
    const task = await submitted(scene);
    const victim = await assigned(scene);
    await victim.tell("complete result");
    assertEquals(await task.text(), "result");
    await victim.kill();
  },
};

/** Steps at which the server stands still. */
const STOPPED_STEPS: Readonly<Record<string, (scene: Scene<RunningServer>) => Promise<void>>> = {
  async "with its GRAB_JOB not read"(scene) {
    const task = await submitted(scene);
    const victim = await puppet(scene, "CAN_DO work");
    const { program } = scene.server;
    await program.kill("SIGSTOP");
    await victim.send("GRAB_JOB");
    await victim.kill();
    await program.kill("SIGCONT");
    await isRescued(scene, task);
  },

  async "with its WORK_COMPLETE not read"(scene) {
    const task = await submitted(scene);
    const victim = await grabbed(scene);
    const { program } = scene.server;
    await program.kill("SIGSTOP");
    await victim.send(`WORK_COMPLETE ${task.handle} result`);
    await victim.kill();
    await program.kill("SIGCONT");
    assertEquals(await task.text(), "result");
  },
};

function testSteps<Server extends OpenServer>(
  { name, skip, start }: ServerKind<Server>,
  steps: Readonly<Record<string, (scene: Scene<Server>) => Promise<void>>>,
): void {
  for (const [step, play] of Object.entries(steps)) {
    const title = `a worker killed ${step} leaves its jobs to others through ${name}`;
    test(title, { skip }, async (t) => {
      const server = t.use(await start());
      const ends = publicEnds(t, server.address);
      const client = ends.client();
      const worker = ends.worker();
      const ran = new Promise<string>((resolve) => {
        worker.add("work", (job) => {
          resolve(job.text());
          return "rescued";
        });
      });
      const rescue = () => {
        worker.start();
        return { ran };
      };
      await play({ t, server, client, rescue });
      rescue();
      assertEquals(await client.submit("work").text(), "rescued");
    });
  }
}

for (const kind of SERVERS) testSteps(kind, STEPS);
for (const kind of SERVER_PROGRAMS) testSteps(kind, STOPPED_STEPS);
