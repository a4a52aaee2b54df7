/** The tables of docs/failures.md for the calls of a taken job, cell by cell. */
import { assertEquals, codecUnderTest } from "../_harness/mod.ts";
import { fakeServer } from "../_harness/fake_server.ts";
import type { Dial } from "../../src/sockets/socket.ts";
import { type TakenJob, Worker } from "../../src/worker/mod.ts";
import { ENDS_WELL, LIMITS, quiet, type Scenario, type Stage, testCells } from "./cells.ts";
import { deafening } from "./dials.ts";

interface Call {
  /** Makes it. */
  end(job: TakenJob): unknown;
  /** Makes it with what cannot be, or with what it does not take. */
  misuse(job: TakenJob): unknown;
}

const none = 5 as never;
const anything = [5] as unknown as [];

const CALLS: Record<string, Call> = {
  "taken.complete()": { end: (job) => job.complete(), misuse: (job) => job.complete(none) },
  "taken.fail()": { end: (job) => job.fail(), misuse: (job) => job.fail(...anything) },
  "taken.exception()": { end: (job) => job.exception("why"), misuse: (job) => job.exception(none) },
  "taken.requeue()": { end: (job) => job.requeue(), misuse: (job) => job.requeue(...anything) },
  "taken.data()": { end: (job) => job.data("part"), misuse: (job) => job.data(none) },
  "taken.warning()": { end: (job) => job.warning("part"), misuse: (job) => job.warning(none) },
  "taken.status()": { end: (job) => job.status(1, 2), misuse: (job) => job.status(0.5, 1) },
  "taken.flushed()": { end: (job) => job.flushed(), misuse: (job) => job.flushed(...anything) },
};

/** A worker that has taken a job, and what its server was told since. */
async function taken({ t, clock }: Stage, make: (dial: Dial) => Dial = (dial) => dial) {
  const told: string[] = [];
  let hangUp = () => {};
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      hangUp = () => peer.hangUp();
      while ((await peer.next()).name !== "GRAB_JOB_ALL");
      await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
      for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
        told.push(next.name);
      }
    }]),
  );
  const { dialTimeout, answerTimeout, heartbeat, timeout } = LIMITS;
  const limits = { dialTimeout, answerTimeout, heartbeat, backoff: () => Infinity };
  const shared = { servers: address, clock, codec: codecUnderTest, ...limits };
  const worker = new Worker({ ...shared, dial: make(dial) });
  t.use({ close: () => void worker.close() });
  worker.add("f", undefined, { timeout, announce: false });
  const job = (await worker.take())!;
  return { worker, job, told, hangUp: () => hangUp() };
}

/** After this nobody hears of the job any more: a call does nothing, and its server is told nothing. */
function over(
  act: (scene: Awaited<ReturnType<typeof taken>>, stage: Stage) => unknown,
): Scenario<Call> {
  return async (stage, call) => {
    const scene = await taken(stage);
    await act(scene, stage);
    await quiet();
    const before = [...scene.told];
    const end = (async () => {
      const value = await call.end(scene.job);
      await quiet();
      assertEquals(scene.told, before);
      return value;
    })();
    // What time it took to come to this is not the call's.
    return { end, since: stage.clock.now() };
  };
}

testCells("A taken job's calls", CALLS, {
  "ended already": over(({ job }) => job.fail()),
  "given back already": over(({ job }) => job.requeue()),
  "the link was lost": over(({ hangUp }) => hangUp()),
  "the worker was closed": over(({ worker }) => worker.close()),
  "its time was up": over((_, { clock }) => clock.turn(LIMITS.timeout)),
  "nothing is taken": async (stage, call) => {
    let isDeaf = false;
    const { job } = await taken(stage, (dial) => deafening(dial, () => isDeaf));
    await quiet();
    isDeaf = true;
    job.data("x".repeat(1_000));
    await quiet();
    return { end: Promise.resolve(call.end(job)) };
  },
  "misuse": async (stage, call) => ({
    end: Promise.resolve(call.misuse((await taken(stage)).job)),
  }),
}, {
  "it takes nothing": ENDS_WELL,
});
