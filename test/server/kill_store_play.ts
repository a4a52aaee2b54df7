/**
 * Kills job servers with a store at random points under load, starts them again, and keeps account
 * of what became of every background job. The tests do it some times, `npm run soak` more often.
 *
 * @module
 */
import { LinkError } from "../../src/errors.ts";
import { Link } from "../../src/link/mod.ts";
import { Command, FATE_FUNCTION } from "../../src/protocol/mod.ts";
import type { Address, Dial } from "../../src/sockets/socket.ts";

/** Servers of one process, that can be killed and started again with the same stores. They keep results. */
export interface StoredServers {
  readonly addresses: readonly Address[];
  start(): Promise<void>;
  /** Kills the process, and waits for its end. */
  kill(): Promise<void>;
}

/** What became of the jobs. */
export interface KillCount {
  acknowledged: number;
  /** Ends that were known after a restart, of jobs whose completion was committed. */
  endsKept: number;
  /** Jobs that ran again, since the server died before their completion was committed. */
  runAgain: number;
}

/** Submissions under way at a time. */
const WINDOW = 24;

/** Packets of each server until a kill, at most. */
const MOST_PACKETS = 120;

/** Ends of jobs that are asked for after each restart, at most. */
const MOST_QUESTIONS = 40;

/** What is known of one server's jobs, over all its lives. */
class Account {
  /** The handles of the jobs that were acknowledged. */
  readonly acknowledged = new Map<number, string>();
  readonly handles = new Set<string>();
  readonly lastRun = new Map<number, number>();
  /** Completions of this life, in the order in which the server is known to have taken them. */
  taken: number[] = [];
  /** Completions of which a commit is known to have followed. */
  readonly settled = new Set<number>();
  readonly broken: string[] = [];
  runAgain = 0;
  endsKept = 0;
  submitted = 0;
  life = 0;

  acknowledge(id: number, handle: string, takenBefore: number): void {
    if (this.handles.has(handle)) this.broken.push(`${handle} was given twice`);
    this.handles.add(handle);
    this.acknowledged.set(id, handle);
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

  /** The handles of jobs that are known to have ended for good, the latest ones. */
  get ended(): string[] {
    const handles = [...this.settled].flatMap((id) => this.acknowledged.get(id) ?? []);
    return handles.slice(-MOST_QUESTIONS);
  }

  /** Takes what the server says of one of them after a restart. */
  end(handle: string, fate: string): void {
    if (fate.startsWith("complete ")) this.endsKept++;
    else this.broken.push(`${handle} was complete, and is "${fate.trim()}" now`);
  }

  /** What was promised and not kept. */
  get faults(): string[] {
    const lost = [...this.acknowledged.keys()].filter((id) => !this.lastRun.has(id));
    if (lost.length === 0) return this.broken;
    return [...this.broken, `acknowledged and never run: ${lost.join(", ")}`];
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

/** Asks what became of jobs. */
async function askFates(dial: Dial, address: Address, account: Account): Promise<void> {
  const handles = account.ended;
  if (handles.length === 0) return;
  const link = await connect(dial, address);
  await new Promise<void>((resolve) => {
    let answered = 0;
    link.receive({
      packet: (packet) => {
        if (packet.type !== Command.WORK_COMPLETE) return;
        account.end(handles[answered++], packet.text(1));
        if (answered === handles.length) resolve();
      },
      line: () => {},
      closed: () => resolve(),
    });
    for (const handle of handles) {
      link.send(Command.SUBMIT_JOB, [FATE_FUNCTION, "", `handle ${handle}`]);
    }
  });
  link.destroy();
}

/** Plays it. Throws where a promise was broken. */
export async function killUnderLoad(
  servers: StoredServers,
  kills: number,
  random: () => number,
  dial: Dial,
): Promise<KillCount> {
  const { addresses } = servers;
  const accounts = addresses.map(() => new Account());
  for (let i = 0; i <= kills; i++) {
    await servers.start();
    const isLast = i === kills;
    let left = 1 + Math.floor(random() * MOST_PACKETS * addresses.length);
    let killed: Promise<void> | undefined;
    const onPacket = () => {
      if (!isLast && --left <= 0) killed ??= servers.kill();
    };
    await Promise.all(addresses.map((address, i) => askFates(dial, address, accounts[i])));
    const lives = await Promise.all(addresses.map(async (address, i) => {
      const account = accounts[i];
      account.life++;
      account.taken = [];
      const client = await connect(dial, address);
      return new Life(account, client, await connect(dial, address), !isLast, onPacket);
    }));
    await Promise.all(lives.map((life) => life.run()));
    await killed;
  }
  await servers.kill();
  const faults = accounts.flatMap((account) => account.faults);
  if (faults.length > 0) {
    throw new Error(`Expected no job lost or run in vain, got: ${faults.join("; ")}`);
  }
  const sum = (count: (account: Account) => number) =>
    accounts.reduce((total, account) => total + count(account), 0);
  return {
    acknowledged: sum(({ acknowledged }) => acknowledged.size),
    endsKept: sum(({ endsKept }) => endsKept),
    runAgain: sum(({ runAgain }) => runAgain),
  };
}
