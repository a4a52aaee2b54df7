/** The tables of docs/failures.md for the calls that end something, cell by cell. */
import { codecUnderTest } from "../_harness/mod.ts";
import { type FakePeer, fakeServer } from "../_harness/fake_server.ts";
import { Admin } from "../../src/admin/mod.ts";
import { Client } from "../../src/client/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { Address, Dial } from "../../src/sockets/socket.ts";
import { type DrainOptions, type Job, Worker } from "../../src/worker/mod.ts";
import { ENDS_WELL, LIMITS, quiet, type Scenario, type Stage, testCells } from "./cells.ts";
import { deafening, unanswered } from "./dials.ts";

/** One that can be ended, and is used meanwhile. */
interface Party {
  /** Uses the server, until that is over one way or the other. */
  begin(): void;
  /** As {@linkcode begin}, and sends more than a socket holds. */
  beginMuch(): void;
  /** Says something more of the job that it has. */
  say(): void;
  /** The call of the page. */
  end(options?: DrainOptions): Promise<unknown>;
}

/** Where it is used. */
interface Place {
  readonly servers: Address;
  readonly dial: Dial;
  readonly heartbeat?: number;
  /** What a worker does with a job. */
  readonly handler?: (job: Job) => Promise<void>;
}

/** A call of the page. */
interface Call {
  party(stage: Stage, place: Place): Party;
  /** The server has been asked for something. */
  asked(peer: FakePeer): Promise<unknown>;
  /** The server gives a job, or takes one. */
  giveJob(peer: FakePeer): Promise<unknown>;
  /** The server says that it has no job. */
  giveNone?(peer: FakePeer): Promise<unknown>;
}

/** Runs until its signal aborts. */
function untilAborted(job: Job): Promise<void> {
  return new Promise((resolve) => job.signal.addEventListener("abort", () => resolve()));
}

/** Runs for ever, whatever its signal says. */
function never(): Promise<void> {
  return new Promise(() => {});
}

/** Options for a call that takes none. */
function unwanted(options: unknown): [] {
  return [options] as unknown as [];
}

const { dialTimeout, answerTimeout, heartbeat } = LIMITS;

function ofWorker(end: (worker: Worker, options?: DrainOptions) => Promise<unknown>): Call {
  return {
    party({ t, clock }, { handler = untilAborted, ...place }) {
      const limits = { dialTimeout, answerTimeout, heartbeat, backoff: () => Infinity };
      const worker = new Worker({ ...limits, ...place, clock, codec: codecUnderTest });
      t.use({ close: () => void worker.close() });
      let job: Job | undefined;
      const begin = () => void worker.add("f", (given) => handler(job = given)).start();
      return {
        begin,
        beginMuch: () => {
          for (let i = 0; i < 1_000; i++) worker.add(`${i}${"x".repeat(400)}`, untilAborted);
          begin();
        },
        say: () => job!.data("more"),
        end: (options) => end(worker, options),
      };
    },
    asked: async (peer) => {
      while ((await peer.next()).name !== "GRAB_JOB_ALL");
    },
    giveJob: (peer) => peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", ""),
    giveNone: (peer) => peer.send("NO_JOB"),
  };
}

const CALLS: Record<string, Call> = {
  "worker.drain()": ofWorker((worker, options) => worker.drain(options)),
  "worker.close()": ofWorker((worker, options) => worker.close(...unwanted(options))),
  "worker.remove()": ofWorker(async (worker, options) => {
    // Whether it was there is no matter of these tables.
    await worker.remove(...["f", options] as unknown as ["f"]);
  }),
  "client.close()": {
    // It runs no jobs.
    party({ t, clock }, { handler: _, ...place }) {
      const limits = { dialTimeout, answerTimeout, heartbeat };
      const client = new Client({
        ...limits,
        ...place,
        clock,
        codec: codecUnderTest,
        exceptions: false,
      });
      t.use({ close: () => void client.close() });
      const submit = (workload: string) =>
        void client.submit("f", workload).result().catch(() => {});
      return {
        begin: () => submit("workload"),
        beginMuch: () => submit("x".repeat(400_000)),
        say: () => submit("more"),
        end: (options) => client.close(...unwanted(options)),
      };
    },
    asked: (peer) => peer.next(),
    giveJob: (peer) => peer.send("JOB_CREATED", "H:fake:1"),
  },
  "admin.close()": {
    party({ t, clock }, { servers, dial }) {
      const admin = new Admin({ server: servers, dial, clock, dialTimeout, answerTimeout });
      t.use({ close: () => void admin.close() });
      return {
        begin: () => void admin.status(),
        beginMuch: () => {
          for (let i = 0; i < 1_000; i++) void admin.createFunction(`${i}${"x".repeat(400)}`);
        },
        say: () => void admin.status(),
        end: (options) => admin.close(...unwanted(options)),
      };
    },
    asked: (peer) => peer.next(),
    giveJob: (peer) => peer.send("JOB_ASSIGN", "H:fake:1", "f", ""),
  },
};

/** What the server does once the call has been made. */
function meanwhile(
  act: (peer: FakePeer, call: Call) => unknown,
  { holdsJob = false, limits, options }: {
    holdsJob?: boolean;
    limits?: Partial<Place>;
    options?: DrainOptions;
  } = {},
): Scenario<Call> {
  return async (stage, call) => {
    let goOn!: () => void;
    const isCalled = new Promise<void>((resolve) => goOn = resolve);
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        await call.asked(peer);
        if (holdsJob) await call.giveJob(peer);
        await isCalled;
        await act(peer, call);
      }]),
    );
    const party = call.party(stage, { servers: address, dial, ...limits });
    party.begin();
    await quiet();
    const end = party.end(options);
    goOn();
    await quiet();
    return { end };
  };
}

/** It has come no further than the dial. */
function dialling(begins: boolean): Scenario<Call> {
  return async (stage, call) => {
    const party = call.party(stage, {
      servers: { host: "127.0.0.1", port: 1 },
      dial: unanswered(stage.clock),
    });
    if (begins) party.begin();
    await quiet();
    return { end: party.end() };
  };
}

/** A way to a server that reads nothing at all. */
async function deaf(stage: Stage): Promise<Place> {
  const { listen, dial } = memoryNetwork();
  const listener = await listen({ host: "127.0.0.1", port: 0 }, () => {});
  stage.t.use({ close: () => void listener.close() });
  return { servers: listener.address, dial };
}

testCells("The calls that end", CALLS, {
  "not begun": dialling(false),
  "dialling": dialling(true),
  "silent": meanwhile(() => {}),
  "silent with a job in hand": meanwhile(() => {}, { holdsJob: true }),
  "reset": meanwhile((peer) => peer.hangUp()),
  "left": meanwhile((peer) => peer.leave()),
  "reset at the last": meanwhile(async (peer, call) => {
    await call.giveNone?.(peer);
    for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
      // That an echo comes back would say that the server has all that came before.
      if (next.name === "ECHO_REQ") break;
    }
    peer.hangUp();
  }),
  "nonsense": meanwhile((peer) => peer.text("\0NONSENSE, AND MORE OF IT")),
  "reset with a job in hand": meanwhile((peer) => peer.hangUp(), { holdsJob: true }),
  // Without a heartbeat, for no server answers one while a day passes at once.
  "the job runs on": meanwhile(() => {}, {
    holdsJob: true,
    limits: { heartbeat: Infinity },
    options: { timeout: LIMITS.timeout },
  }),
  "the job never ends": meanwhile(() => {}, {
    holdsJob: true,
    limits: { heartbeat: Infinity, handler: never },
    options: { timeout: LIMITS.timeout },
  }),
  "the job runs on, and nothing is taken": async (stage, call) => {
    let isDeaf = false;
    const { address, dial } = stage.t.use(
      await fakeServer([async (peer) => {
        await call.asked(peer);
        await call.giveJob(peer);
      }]),
    );
    const party = call.party(stage, {
      servers: address,
      dial: deafening(dial, () => isDeaf),
      heartbeat: Infinity,
    });
    party.begin();
    await quiet();
    isDeaf = true;
    party.say();
    await quiet();
    return { end: party.end({ timeout: LIMITS.timeout }) };
  },
  "nothing is taken": async (stage, call) => {
    const party = call.party(stage, await deaf(stage));
    party.beginMuch();
    await quiet();
    const end = party.end();
    await quiet();
    return { end };
  },
  "called again": async (stage, call) => {
    const party = call.party(stage, {
      servers: { host: "127.0.0.1", port: 1 },
      dial: unanswered(stage.clock),
    });
    party.begin();
    await party.end();
    return { end: party.end() };
  },
  "misuse": (stage, call) => {
    const { clock } = stage;
    const place = { servers: { host: "127.0.0.1", port: 1 }, dial: unanswered(clock) };
    return { end: call.party(stage, place).end({ timeout: -1 }) };
  },
}, {
  "it takes no options": ENDS_WELL,
  "there are no jobs": ENDS_WELL,
});
