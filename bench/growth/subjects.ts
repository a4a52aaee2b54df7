/** What grows, and what one more of it costs. */
import { Client, JobServer, memoryNetwork, type Task, Worker } from "../../mod.ts";
import { Link } from "../../src/link/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import type { SubjectName } from "./costs.ts";

/** Grows something to `count` and takes it down again; `held` is told when all of it is there. */
export type Subject = (count: number, held: () => Promise<void>) => Promise<void>;

/** What grows, by name. */
export const SUBJECTS = {
  "tasks of a client": growTasks,
  "queued jobs": growJobs,
  "functions with a job": growFunctions,
  "sleeping workers": growConnections,
} as const satisfies Record<SubjectName, Subject>;

/** Outstanding tasks, whose server keeps nothing of them but their number. */
async function growTasks(count: number, held: () => Promise<void>): Promise<void> {
  const { dial, listen } = memoryNetwork();
  let accepted = 0;
  let onAccepted = () => {};
  let complete = (_handle: string) => {};
  const listener = await listen({ host: "127.0.0.1", port: 4730 }, (socket) => {
    const link = new Link(socket, { role: "server", slots: false });
    link.receive({
      packet: ({ type }) => {
        if (type !== Command.SUBMIT_JOB) return link.send(Command.OPTION_RES, ["exceptions"]);
        link.send(Command.JOB_CREATED, [`H:bench:${accepted}`]);
        if (++accepted === count) onAccepted();
      },
      line: () => {},
      closed: () => {},
    });
    complete = (handle) => link.send(Command.WORK_COMPLETE, [handle, "done"]);
  });
  const client = new Client({ servers: listener.address, dial });
  const all = new Promise<void>((resolve) => onAccepted = resolve);
  const tasks: Task[] = [];
  for (let i = 0; i < count; i++) tasks.push(client.submit("bench", "0123456789abcdef"));
  await all;
  await tasks.at(-1)!.accepted;
  await held();
  for (let i = 0; i < count; i++) complete(`H:bench:${i}`);
  for (const task of tasks) await task.result();
  await client.close();
  await listener.close();
}

/** Background jobs of one function, filled in and emptied by one worker. */
function growJobs(count: number, held: () => Promise<void>): Promise<void> {
  return fillAndEmpty(count, () => "bench", ["bench"], held);
}

/** Functions with one job each, and workers for them all. */
function growFunctions(count: number, held: () => Promise<void>): Promise<void> {
  const names = Array.from({ length: count }, (_, i) => `bench ${i}`);
  return fillAndEmpty(count, (i) => names[i], names, held);
}

/** Functions of one worker: the server hangs up on one that offers more than 65,536. */
const MOST_FUNCTIONS = 50_000;

/** Jobs for one batch: what waits in the client is not what is measured. */
const BATCH = 1_000;

async function fillAndEmpty(
  count: number,
  nameOf: (i: number) => string,
  names: readonly string[],
  held: () => Promise<void>,
): Promise<void> {
  const { dial, listen } = memoryNetwork();
  const server = await JobServer.listen({ listen });
  const client = new Client({ servers: server.address, dial });
  for (let at = 0; at < count; at += BATCH) {
    const length = Math.min(BATCH, count - at);
    const jobs = Array.from({ length }, (_, i) => ({
      functionName: nameOf(at + i),
      workload: "0123456789abcdef",
    }));
    await client.backgroundAll(jobs).all();
  }
  await held();
  const workers: Worker[] = [];
  let left = count;
  await new Promise<void>((resolve) => {
    const handler = () => void (--left === 0 && resolve());
    for (let at = 0; at < names.length; at += MOST_FUNCTIONS) {
      const worker = new Worker({ servers: server.address, dial, concurrency: 64 });
      for (const name of names.slice(at, at + MOST_FUNCTIONS)) worker.add(name, handler);
      worker.start();
      workers.push(worker);
    }
  });
  await Promise.all(workers.map((worker) => worker.close()));
  await client.close();
  await server.close();
}

/** Connections of workers that sleep, both ends counted; the job at the end wakes all of them. */
async function growConnections(count: number, held: () => Promise<void>): Promise<void> {
  const { dial, listen } = memoryNetwork();
  const server = await JobServer.listen({ listen });
  const links: Link[] = [];
  const woken: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const link = new Link(await dial(server.address), { role: "peer" });
    woken.push(
      new Promise((resolve) => {
        link.receive({ packet: () => resolve(), line: () => {}, closed: () => {} });
      }),
    );
    link.send(Command.CAN_DO, ["bench"]);
    link.bare(Command.PRE_SLEEP);
    await link.flushed();
    links.push(link);
  }
  await held();
  const client = new Client({ servers: server.address, dial });
  await client.background("bench");
  await Promise.all(woken);
  await client.close();
  await Promise.all(links.map((link) => link.close()));
  await server.close();
}
