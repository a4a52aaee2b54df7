/** JobServer with a store whose commits take time, and fail at random: what is acknowledged is kept, what is refused is not. */
import fc from "fast-check";
import { type Change, JobServer, type Kept, type Store } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { assertEquals, test } from "../_harness/mod.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { RawPeer, request } from "./raw_peer.ts";

const decoder = new TextDecoder();

/** A store that carries out one commit after another, or none of it, when it is told to. */
class SlowStore implements Store {
  /** The workloads that it has. */
  readonly kept = new Map<number, string>();
  #isLetGo = true;
  #settle: ((isDone: boolean) => void) | undefined;

  open(): Promise<Kept> {
    return Promise.resolve({ next: 1, jobs: [], series: [], fates: [] });
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (this.#isLetGo) return Promise.resolve(this.#apply(changes));
    return new Promise((resolve, reject) => {
      this.#settle = (isDone) => {
        this.#settle = undefined;
        if (isDone) resolve(this.#apply(changes));
        else reject(new Error("no space"));
      };
    });
  }

  close(): void {}

  /** Ends the commit under way, if there is one. */
  settle(isDone: boolean): void {
    this.#settle?.(isDone);
  }

  /** Whether it carries out what comes at once. */
  set isLetGo(isLetGo: boolean) {
    this.#isLetGo = isLetGo;
    if (isLetGo) this.settle(true);
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === "keep") {
        this.kept.set(change.job.number, decoder.decode(change.job.workload));
      } else if (change.kind === "forget") {
        this.kept.delete(change.number);
      }
    }
  }
}

/** What is asked, and what came: `submit 3` and so on. */
type Exchange = readonly [asked: string, answer: string];

const ACTS = ["submit", "join", "grab", "complete", "cancel", "commit", "fail"] as const;

/** Rounds of the microtask queue in which a request is heard, and its answer, if it is not held. */
const ROUNDS = 40;

async function play(acts: readonly (typeof ACTS[number])[]) {
  const { dial, listen } = memoryNetwork();
  const store = new SlowStore();
  const clock = handClock();
  await using server = await JobServer.listen({
    listen,
    store,
    clock,
    handlePrefix: "H",
    warn: () => {},
  });
  store.isLetGo = false;
  const peer = new RawPeer(await dial(server.address));
  await peer.send(request("CAN_DO", "f"));
  const asked: string[] = [];
  const answers: string[] = [];
  const reading = (async () => {
    for (;;) {
      const heard = await peer.next();
      if (heard === "ECHO_RES end") return;
      answers.push(heard);
    }
  })();
  const handlesOf = (name: string) =>
    answers.filter((answer) => answer.startsWith(name)).map((answer) =>
      answer.split(" ")[1].split("\\0")[0]
    );
  const completed = new Set<string>();
  for (const [i, act] of acts.entries()) {
    const ask = async (words: string, bytes: Uint8Array | string) => {
      asked.push(words);
      await peer.send(bytes);
    };
    const [last] = handlesOf("JOB_CREATED ").slice(-1);
    const held = handlesOf("JOB_ASSIGN ").find((handle) => !completed.has(handle));
    if (act === "submit") await ask(`submit ${i}`, request("SUBMIT_JOB_BG", "f", "", `${i}`));
    if (act === "join") await ask("submit u", request("SUBMIT_JOB_BG", "f", "u", "u"));
    if (act === "grab") await ask("grab", request("GRAB_JOB"));
    if (act === "cancel" && last !== undefined) await ask(`cancel ${last}`, `cancel job ${last}\n`);
    if (act === "commit" || act === "fail") store.settle(act === "commit");
    if (act === "complete" && held !== undefined) {
      completed.add(held);
      await peer.send(request("WORK_COMPLETE", held, ""));
    }
    for (let round = 0; round < ROUNDS; round++) await undefined;
  }
  store.isLetGo = true;
  for (let round = 0; round < ROUNDS; round++) await undefined;
  // What a failed commit owes is tried again.
  clock.turn(1_000);
  await peer.send(request("ECHO_REQ", "end"));
  await reading;
  const unasked = answers.filter((answer) => !answer.startsWith("ERROR JOB_NOT_FOUND"));
  assertEquals(unasked.length, asked.length);
  const exchanges = asked.map((words, i): Exchange => [words, unasked[i]]);
  return { exchanges, completed, kept: new Set(store.kept.values()) };
}

test("JobServer keeps what it has acknowledged, and neither keeps nor assigns what it has refused, whatever its store does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...ACTS), { minLength: 20, maxLength: 40 }),
      async (acts) => {
        const { exchanges, completed, kept } = await play(acts);
        const ended = new Set(completed);
        const assigned = new Set<string>();
        for (const [words, answer] of exchanges) {
          if (words.startsWith("cancel ")) ended.add(words.slice("cancel ".length));
          if (answer.startsWith("JOB_ASSIGN ")) assigned.add(answer.split("\\0")[2]);
        }
        const submitted = new Map(
          exchanges.filter(([words]) => words.startsWith("submit "))
            .map(([words, answer]) => [words.slice("submit ".length), answer]),
        );
        for (const [workload, answer] of submitted) {
          const isKept = kept.has(workload);
          if (answer.startsWith("JOB_CREATED ")) {
            assertEquals([workload, isKept], [workload, !ended.has(answer.split(" ")[1])]);
          } else if (workload !== "u") {
            assertEquals([workload, isKept, assigned.has(workload)], [workload, false, false]);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});
