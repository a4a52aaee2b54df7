/** A worker and its scripted servers, and what their scripts say often. */
import { codecUnderTest, type TestContext } from "../_harness/mod.ts";
import {
  type FakePeer,
  type FakeServer,
  fakeServer,
  type Script,
} from "../_harness/fake_server.ts";
import type { HandClock } from "../_harness/hand_clock.ts";
import {
  type Handler,
  type Job,
  type Result,
  Worker,
  type WorkerOptions,
} from "../../src/worker/mod.ts";

/** A worker, and the server it keeps to. */
export interface Scene {
  readonly worker: Worker;
  readonly server: FakeServer;
}

/** A worker of a scripted server, not started yet. */
export async function workerOf(
  t: TestContext,
  scripts: readonly Script[],
  options: Partial<WorkerOptions> = {},
): Promise<Scene> {
  const server = t.use(await fakeServer(scripts));
  const { address, dial } = server;
  const worker = new Worker({ servers: address, dial, codec: codecUnderTest, ...options });
  t.use({ close: () => worker.close() });
  return { worker, server };
}

/** A worker of several scripted servers, not started yet; `done` when all scripts have run. */
export async function workerOfMany(
  t: TestContext,
  scripts: readonly (readonly Script[])[],
  options: Partial<WorkerOptions> = {},
): Promise<{ readonly worker: Worker; readonly done: Promise<unknown> }> {
  const servers: FakeServer[] = [];
  for (const each of scripts) servers.push(t.use(await fakeServer(each)));
  const worker = new Worker({
    servers: servers.map((_, index) => ({ host: "127.0.0.1", port: index + 1 })),
    dial: (address, options) => {
      const server = servers[(address as { port: number }).port - 1];
      return server.dial(server.address, options);
    },
    codec: codecUnderTest,
    ...options,
  });
  t.use({ close: () => worker.close() });
  return { worker, done: Promise.all(servers.map((server) => server.done)) };
}

/** Something that a test waits for: `done` resolves when `happen` is called. */
export function happening<T = void>(): { readonly done: Promise<T>; happen(value: T): void } {
  let happen!: (value: T) => void;
  const done = new Promise<T>((resolve) => happen = resolve);
  return { done, happen };
}

/** A handler whose jobs end when their workload is called out. */
export class Bench {
  readonly #ends = new Map<string, (result: Result) => void>();
  readonly #begun = new Map<string, ReturnType<typeof happening<Job>>>();
  readonly handler: Handler = (job) => {
    const name = job.text();
    this.#begin(name).happen(job);
    return new Promise((resolve) => this.#ends.set(name, resolve));
  };

  /** Resolves with the job of that workload, once it has begun. */
  begun(workload: string): Promise<Job> {
    return this.#begin(workload).done;
  }

  /** Ends it. */
  end(workload: string, result: Result = ""): void {
    this.#ends.get(workload)!(result);
  }

  #begin(name: string) {
    let begun = this.#begun.get(name);
    if (begun === undefined) this.#begun.set(name, begun = happening<Job>());
    return begun;
  }
}

/** Says that there is no job, and takes the PRE_SLEEP that follows. */
export async function putToSleep(peer: FakePeer): Promise<void> {
  await peer.expect("GRAB_JOB_ALL");
  await peer.send("NO_JOB");
  await peer.expect("PRE_SLEEP");
}

/** Assigns job `n`. */
export function assign(
  peer: FakePeer,
  n: number,
  functionName = "f",
  workload = "",
): Promise<void> {
  return peer.send("JOB_ASSIGN_UNIQ", `H:fake:${n}`, functionName, `u${n}`, workload);
}

/** Lets everything happen that happens without time: memory sockets need nothing else. */
export async function quiet(): Promise<void> {
  for (let i = 0; i < 300; i++) await undefined;
}

/** Lets the worker take in what was sent, then turns the clock. */
export async function nap(clock: HandClock, milliseconds: number): Promise<void> {
  for (let i = 0; i < 50; i++) await undefined;
  clock.turn(milliseconds);
}
