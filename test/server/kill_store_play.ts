/**
 * Kills a job server with a store at random points under load, starts it again, and keeps account
 * of what became of every background job. The tests do it some times, `npm run soak` more often.
 *
 * @module
 */
import { LinkError } from "../../src/errors.ts";
import { Link } from "../../src/link/mod.ts";
import { Command } from "../../src/protocol/mod.ts";
import type { Address, Dial } from "../../src/sockets/socket.ts";

/** A server that can be killed and started again with the same store. */
export interface StoredServer {
  readonly address: Address;
  start(): Promise<void>;
  /** Kills it, and waits for its end. */
  kill(): Promise<void>;
}

/** What became of the jobs. */
export interface KillCount {
  acknowledged: number;
  /** Jobs that ran again, since the server died before their completion was committed. */
  runAgain: number;
}

/** Submissions under way at a time. */
const WINDOW = 24;

/** Packets until a kill, at most. */
const MOST_PACKETS = 120;

/** What is known of the jobs, over all lives of the server. */
class Account {
  readonly acknowledged = new Set<number>();
  readonly handles = new Set<string>();
  readonly lastRun = new Map<number, number>();
  /** Completions of this life, in the order in which the server is known to have taken them. */
  taken: number[] = [];
  /** Completions of which a commit is known to have followed. */
  readonly settled = new Set<number>();
  readonly broken: string[] = [];
  runAgain = 0;
  submitted = 0;
  life = 0;

  acknowledge(id: number, handle: string, takenBefore: number): void {
    if (this.handles.has(handle)) this.broken.push(`${handle} was given twice`);
    this.handles.add(handle);
    this.acknowledged.add(id);
    // Its commit held, or came after, the completions taken before it was sent.
    for (const done of this.taken.slice(0, takenBefore)) this.settled.add(done);
  }

  run(id: number): void {
    const before = this.lastRun.get(id);
    if (this.settled.has(id)) this.broken.push(`job ${id} ran again after it was settled`);
    if (before === this.life) this.broken.push(`job ${id} ran twice while its server lived`);
    if (before !== undefined) this.runAgain++;
    this.lastRun.set(id, this.life);
  }

  /** Acknowledged jobs that never ran. */
  get lost(): number[] {
    return [...this.acknowledged].filter((id) => !this.lastRun.has(id));
  }
}

async function connect(dial: Dial, address: Address): Promise<Link> {
  for (;;) {
    try {
      const options = { role: "peer", codec: "ts", slots: false } as const;
      return new Link(await dial(address), options);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
    }
  }
}

/** A client and a worker of one life of the server. */
class Life {
  readonly #account: Account;
  readonly #client: Link;
  readonly #worker: Link;
  readonly #sent: { readonly id: number; readonly takenBefore: number }[] = [];
  readonly #onPacket: () => void;
  #completing: number | undefined;
  #isIdle: () => void = () => {};
  #submits: boolean;

  constructor(
    account: Account,
    client: Link,
    worker: Link,
    submits: boolean,
    onPacket: () => void,
  ) {
    this.#account = account;
    this.#client = client;
    this.#worker = worker;
    this.#submits = submits;
    this.#onPacket = onPacket;
  }

  /** Resolves when both connections are gone; or, without submissions, when no job is left. */
  async run(): Promise<void> {
    const idle = new Promise<void>((resolve) => this.#isIdle = resolve);
    const gone = [this.#client, this.#worker].map((link, i) =>
      new Promise<void>((resolve) =>
        link.receive({
          packet: (packet) => {
            if (i === 0) this.#acknowledged(packet.text(0));
            else this.#assigned(packet.type, () => [packet.text(0), packet.text(2)]);
            this.#onPacket();
          },
          line: () => {},
          closed: () => resolve(),
        })
      )
    );
    this.#worker.send(Command.CAN_DO, ["f"]);
    this.#worker.bare(Command.GRAB_JOB);
    for (let i = 0; i < WINDOW; i++) this.#submit();
    await Promise.race([Promise.all(gone), idle]);
    this.#client.destroy();
    this.#worker.destroy();
  }

  #submit(): void {
    if (!this.#submits) return;
    const id = ++this.#account.submitted;
    this.#sent.push({ id, takenBefore: this.#account.taken.length });
    this.#client.send(Command.SUBMIT_JOB_BG, ["f", "", `${id}`]);
  }

  #acknowledged(handle: string): void {
    const { id, takenBefore } = this.#sent.shift()!;
    this.#account.acknowledge(id, handle, takenBefore);
    this.#submit();
  }

  #assigned(type: number, args: () => [handle: string, workload: string]): void {
    if (type === Command.NOOP) return this.#worker.bare(Command.GRAB_JOB);
    // An answer to the grab: the completion before it was taken.
    if (this.#completing !== undefined) this.#account.taken.push(this.#completing);
    this.#completing = undefined;
    if (type === Command.NO_JOB) {
      if (!this.#submits) return this.#isIdle();
      return this.#worker.bare(Command.PRE_SLEEP);
    }
    const [handle, workload] = args();
    this.#completing = Number(workload);
    this.#account.run(this.#completing);
    this.#worker.send(Command.WORK_COMPLETE, [handle, ""]);
    this.#worker.bare(Command.GRAB_JOB);
  }
}

/** Plays it. Throws where a promise was broken. */
export async function killUnderLoad(
  server: StoredServer,
  kills: number,
  random: () => number,
  dial: Dial,
): Promise<KillCount> {
  const account = new Account();
  for (let i = 0; i <= kills; i++) {
    account.life++;
    account.taken = [];
    await server.start();
    const client = await connect(dial, server.address);
    const worker = await connect(dial, server.address);
    const isLast = i === kills;
    let left = 1 + Math.floor(random() * MOST_PACKETS);
    let killed: Promise<void> | undefined;
    await new Life(account, client, worker, !isLast, () => {
      if (!isLast && --left <= 0) killed ??= server.kill();
    }).run();
    await killed;
  }
  await server.kill();
  const { broken, lost, acknowledged, runAgain } = account;
  if (lost.length > 0) broken.push(`acknowledged and never run: ${lost.join(", ")}`);
  if (broken.length > 0) {
    throw new Error(`Expected no job lost or run in vain, got: ${broken.join("; ")}`);
  }
  return { acknowledged: acknowledged.size, runAgain };
}
