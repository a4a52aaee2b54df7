/** The limits on time that docs/failures.md gives as defaults, measured by a clock turned by hand. */
import { assertEquals, assertRejects, test, type TestContext } from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import { Client, type ClientOptions } from "../../src/client/mod.ts";
import { JobServer } from "../../src/server/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import { DEFAULT_KEEP_ALIVE } from "../../src/sockets/socket.ts";
import { Worker } from "../../src/worker/mod.ts";
import { quiet } from "./cells.ts";
import { rowsOf } from "./contract.ts";
import { failing } from "./dials.ts";

interface Scene {
  readonly t: TestContext;
  readonly clock: HandClock;
}

/** Where nothing else is to end anything. */
const PATIENT = { answerTimeout: Infinity, heartbeat: Infinity } as const;

/** A client with the default of every limit that it is not given. */
function clientOf({ t, clock }: Scene, options: ClientOptions): Client {
  const client = new Client({ clock, exceptions: false, ...options });
  t.use({ close: () => void client.close() });
  return client;
}

async function played({ t }: Scene, script: Script) {
  const { address: servers, dial } = t.use(await fakeServer([script]));
  return { servers, dial };
}

/** Milliseconds until this has ended; Infinity where it waits for no time at all. */
async function timeOf({ clock }: Scene, end: Promise<unknown>): Promise<number> {
  let hasEnded = false;
  end.then(() => hasEnded = true, () => hasEnded = true);
  await quiet();
  const start = clock.now();
  while (!hasEnded) {
    if (clock.next === undefined) return Infinity;
    clock.turn(clock.next - clock.now());
    await quiet();
  }
  return clock.now() - start;
}

/** A worker that has been given a job, which does not end. */
async function busy(scene: Scene, onJob: () => void = () => {}): Promise<Worker> {
  const { t, clock } = scene;
  const place = await played(scene, async (peer) => {
    while ((await peer.next()).name !== "GRAB_JOB_ALL");
    await peer.send("JOB_ASSIGN_UNIQ", "H:fake:1", "f", "u", "");
  });
  const worker = new Worker({ ...place, ...PATIENT, clock });
  t.use({ close: () => void worker.close() });
  worker.add("f", (job) => {
    job.signal.addEventListener("abort", onJob);
    return new Promise(() => {});
  }).start();
  await quiet();
  return worker;
}

const MEASURES: Readonly<Record<string, (scene: Scene) => Promise<number>>> = {
  "`dialTimeout`": async (scene) => {
    let limit: number | undefined;
    const client = clientOf(scene, {
      servers: "127.0.0.1",
      dial: (to, options) => {
        limit = options?.timeout;
        return failing("REFUSED")(to, options);
      },
    });
    await assertRejects(() => client.ping());
    return limit!;
  },
  "`answerTimeout`": async (scene) => {
    const client = clientOf(scene, await played(scene, () => {}));
    // The second look is told below the table.
    return await timeOf(scene, client.ping()) - 100;
  },
  "`heartbeat`": async (scene) => {
    const { t } = scene;
    const server = t.use(
      await fakeServer([async (peer) => {
        await peer.expect("ECHO_REQ");
        await peer.send("ECHO_RES", "");
        await peer.expect("ECHO_REQ");
      }]),
    );
    await clientOf(scene, { servers: server.address, dial: server.dial }).ping();
    return await timeOf(scene, server.done);
  },
  "`timeout` of a call": async (scene) => {
    const place = await played(scene, () => {});
    return await timeOf(scene, clientOf(scene, { ...place, ...PATIENT }).submit("f").result());
  },
  "`timeout` of a function": async (scene) => {
    let abort = () => {};
    const aborted = new Promise<void>((resolve) => abort = resolve);
    await busy(scene, abort);
    return await timeOf(scene, aborted);
  },
  "`timeout` of a drain": async (scene) => {
    const ofWorker = await timeOf(scene, (await busy(scene)).drain());
    const { clock } = scene;
    const { listen, dial } = memoryNetwork();
    const server = await JobServer.listen({ listen, clock });
    void clientOf(scene, { servers: server.address, dial, ...PATIENT }).submit("f");
    await quiet();
    assertEquals(await timeOf(scene, server.drain()), ofWorker);
    return ofWorker;
  },
  "`retryFor`": async (scene) => {
    const client = clientOf(scene, {
      servers: "127.0.0.1",
      dial: failing("REFUSED"),
      retry: "idempotent",
      backoff: () => 100,
    });
    return await timeOf(scene, client.submit("f").result());
  },
  "the end of a connection": async (scene) => {
    const { listen, dial } = memoryNetwork();
    const listener = await listen({ host: "127.0.0.1", port: 0 }, () => {});
    scene.t.use({ close: () => void listener.close() });
    const client = clientOf(scene, { servers: listener.address, dial, ...PATIENT });
    void client.submit("f", "x".repeat(400_000));
    await quiet();
    return await timeOf(scene, client.close());
  },
  "keep-alive": () => Promise.resolve(DEFAULT_KEEP_ALIVE),
};

const ROWS = rowsOf("The limits on time", ["limit", "default", "bounds"]);

test('docs/failures.md, "The limits on time": no row without a test, no test without a row', () => {
  assertEquals([...ROWS.keys()], Object.keys(MEASURES));
});

for (const [limit, measure] of Object.entries(MEASURES)) {
  test(`${limit} is by default what docs/failures.md says`, async (t) => {
    const milliseconds = await measure({ t, clock: handClock() });
    const text = milliseconds === Infinity
      ? "Infinity"
      : `${String(milliseconds).replace(/\B(?=(\d{3})+$)/g, ",")} ms`;
    assertEquals(text, ROWS.get(limit)![0]);
  });
}
