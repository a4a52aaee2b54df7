/** A worker that a server does not let work on some of its functions, or on none of them. */
import { assertEquals, assertRejects, test } from "../_harness/mod.ts";
import type { FakePeer, Script } from "../_harness/fake_server.ts";
import { LinkError, ServerError } from "../../src/errors.ts";
import { assign, happening, putToSleep, quiet, workerOf, workerOfMany } from "./scripted.ts";

/** Takes an offer, and refuses it. */
async function refuse(peer: FakePeer, functionName: string): Promise<void> {
  assertEquals(await peer.expect("CAN_DO"), [functionName]);
  await peer.send("ERROR", "ACCESS_DENIED", `This connection may not work on "${functionName}"`);
}

/** Has no job, and says to each drain that everything has come. */
async function haveNoJob(peer: FakePeer): Promise<void> {
  for (let next; (next = await peer.next().catch(() => undefined)) !== undefined;) {
    if (next.name === "GRAB_JOB_ALL") await peer.send("NO_JOB");
    if (next.name === "ECHO_REQ") await peer.send("ECHO_RES", "");
  }
}

/** Refuses `f`, and has no job. */
const refusing: Script = async (peer) => {
  await refuse(peer, "f");
  await haveNoJob(peer);
};

const letting: Script = async (peer) => {
  await peer.expect("CAN_DO");
  await peer.expect("GRAB_JOB_ALL");
  await assign(peer, 1, "f", "x");
  await haveNoJob(peer);
};

/** The words with which a call is refused. */
async function refusalOf(call: Promise<unknown>): Promise<string> {
  const { code, serverCode, serverText, retriable } = await assertRejects(() => call, ServerError);
  assertEquals([code, serverCode, retriable], ["SERVER", "ACCESS_DENIED", false]);
  return serverText;
}

test("take() rejects where no function is let, until a later link lets one", async (t) => {
  const hung = happening();
  const { worker } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    await putToSleep(peer);
    await hung.done;
    peer.hangUp();
  }, letting], { backoff: () => 0 });
  worker.add("f");
  assertEquals(worker.refusal, undefined);
  const words = 'This connection may not work on "f"';
  assertEquals(await refusalOf(worker.take()), words);
  assertEquals(await refusalOf(worker.take()), words);
  assertEquals(await refusalOf(worker.take({ wait: false })), words);
  assertEquals(worker.refusal?.serverText, words);
  const down = new Promise((resolve) => worker.addEventListener("down", resolve));
  hung.happen();
  await down;
  assertEquals((await worker.take())?.text(), "x");
  assertEquals(worker.refusal, undefined);
});

test("runUntilIdle() rejects where no function is let, and then has closed", async (t) => {
  const { worker } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    await refuse(peer, "g");
    await haveNoJob(peer);
  }]);
  worker.add("f", () => {}).add("g", () => {});
  assertEquals(
    await refusalOf(worker.runUntilIdle()),
    'This connection may not work on "g"',
  );
  await worker.closed;
});

test("a worker that is let work on one of its functions goes on", async (t) => {
  const { worker } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    await peer.expect("CAN_DO");
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1, "g");
    await peer.expect("WORK_COMPLETE");
    await haveNoJob(peer);
  }]);
  let runs = 0;
  worker.add("f", () => {}).add("g", () => void runs++);
  await worker.runUntilIdle();
  assertEquals([runs, worker.refusal], [1, undefined]);
});

test("of functions with places of their own, each is refused on its own link", async (t) => {
  const one = (functionName: string, isLet: boolean): Script => async (peer) => {
    if (isLet) assertEquals(await peer.expect("CAN_DO"), [functionName]);
    else await refuse(peer, functionName);
    await haveNoJob(peer);
  };
  const own = { concurrency: 1 };
  const { worker } = await workerOf(t, [one("f", false), one("g", true)]);
  await worker.add("f", () => {}, own).add("g", () => {}, own).runUntilIdle();
  const none = await workerOf(t, [one("f", false), one("g", false)]);
  none.worker.add("f", () => {}, own).add("g", () => {}, own);
  await refusalOf(none.worker.runUntilIdle());
});

test("while a server is down that may let it, take() waits; the others do not", async (t) => {
  const options = { backoff: () => 0 };
  const hungUpOn: Script = (peer) => peer.hangUp();
  const { worker } = await workerOfMany(t, [[refusing], [hungUpOn, hungUpOn, letting]], options);
  let downs = 0;
  worker.addEventListener("down", () => downs++);
  assertEquals((await worker.add("f").take())?.text(), "x");
  assertEquals(downs, 2);

  const forEver = { backoff: () => Infinity };
  const down = await workerOfMany(t, [[refusing], []], forEver);
  await refusalOf(down.worker.add("f").take({ wait: false }));
  assertEquals(down.worker.refusal, undefined);
  const other = await workerOfMany(t, [[], [refusing]], forEver);
  await refusalOf(other.worker.add("f", () => {}).runUntilIdle());
});

test("with one server that lets it, what another refuses does not count", async (t) => {
  const sleepy: Script = async (peer) => {
    await peer.expect("CAN_DO");
    await haveNoJob(peer);
  };
  const { worker } = await workerOfMany(t, [[refusing], [sleepy]]);
  await worker.add("f", () => {}).runUntilIdle();
  const taking = await workerOfMany(t, [[refusing], [sleepy]]);
  assertEquals(await taking.worker.add("f").take({ wait: false }), undefined);
});

test("add() asks again for a function that was refused", async (t) => {
  const { worker, server } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    await putToSleep(peer);
    assertEquals(await peer.expect("CAN_DO"), ["f"]);
    await peer.expect("GRAB_JOB_ALL");
    await assign(peer, 1);
    await peer.expect("WORK_COMPLETE");
  }]);
  const refused = new Promise((resolve) => worker.addEventListener("refused", resolve));
  worker.add("f", () => {}).start();
  await refused;
  await quiet();
  worker.add("f", () => {});
  await server.done;
  assertEquals(worker.refusal, undefined);
});

test("remove() of the last that was let leaves nothing to take", async (t) => {
  const asleep = happening();
  const { worker } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    assertEquals(await peer.expect("CAN_DO"), ["g"]);
    await putToSleep(peer);
    asleep.happen();
    await peer.expect("CANT_DO");
    await haveNoJob(peer);
  }]);
  const taken = worker.add("f").add("g").take();
  await asleep.done;
  await worker.remove("g");
  await refusalOf(taken);
});

test("where no server can be reached, that is what is said", async (t) => {
  const { worker } = await workerOf(t, [async (peer) => {
    await refuse(peer, "f");
    await putToSleep(peer);
    peer.hangUp();
  }], { backoff: () => Infinity });
  await refusalOf(worker.add("f").take());
  await quiet();
  const error = await assertRejects(() => worker.take({ wait: false }), LinkError);
  assertEquals(error.code, "RESET");
});
