/** Tasks read together, against a server that follows a script. */
import { assertEquals, assertInstanceOf, test } from "../_harness/mod.ts";
import type { TestContext } from "../_harness/mod.ts";
import type { FakePeer } from "../_harness/fake_server.ts";
import { type FeedEntry, TaskFeed } from "../../src/client/mod.ts";
import type { Flow } from "../../src/client/flow.ts";
import type { Submission } from "../../src/client/submission.ts";
import type { Task } from "../../src/client/task.ts";
import { JobException, JobFailed, JobLost, TaskOverflow } from "../../src/errors.ts";
import { clientOf as clientOfScripts } from "./fixtures.ts";

const decoder = new TextDecoder();

async function clientOf(
  t: TestContext,
  script: (peer: FakePeer) => Promise<void>,
  taskBytes = 1e6,
) {
  return (await clientOfScripts(t, [script], { taskBytes })).client;
}

/** An entry in a few words, with the workload's name for the task. */
function told(entry: FeedEntry): string {
  const { type, task } = entry;
  const about = `${task.functionName} ${type}`;
  if (type === "status") return `${about} ${entry.numerator}/${entry.denominator}`;
  return "data" in entry ? `${about} ${decoder.decode(entry.data)}` : about;
}

async function allOf(feed: TaskFeed): Promise<string[]> {
  const entries: string[] = [];
  for await (const entry of feed) entries.push(told(entry));
  return entries;
}

test("TaskFeed shows what several tasks tell in the order of the wire", async (t) => {
  const client = await clientOf(t, async (peer) => {
    for (const handle of ["H:1", "H:2"]) {
      await peer.expect("SUBMIT_JOB");
      peer.send("JOB_CREATED", handle);
    }
    peer.send("WORK_STATUS", "H:1", "1", "2");
    peer.send("WORK_DATA", "H:1", "first ");
    peer.send("WORK_DATA", "H:2", "second ");
    peer.send("WORK_WARNING", "H:1", "careful");
    peer.send("WORK_COMPLETE", "H:2", "end");
    peer.send("WORK_STATUS", "H:1", "2", "2");
    peer.send("WORK_COMPLETE", "H:1", "end");
  });
  const feed = new TaskFeed();
  assertEquals(feed.next(), undefined);
  const tasks = ["a", "b"].map((name) => client.submit(name, "", { feed }));
  assertEquals(feed.open, 2);
  assertEquals(await allOf(feed), [
    "a accepted",
    "b accepted",
    "a status 1/2",
    "a data first ",
    "b data second ",
    "a warning careful",
    "b complete end",
    "a status 2/2",
    "a complete end",
  ]);
  assertEquals(feed.open, 0);
  // What was read there still makes the result.
  assertEquals(await Promise.all(tasks.map((task) => task.text())), ["first end", "second end"]);
});

test("TaskFeed shows how tasks fail, each once", async (t) => {
  const client = await clientOf(t, async (peer) => {
    for (const handle of ["H:1", "H:2", "H:3", "H:4"]) {
      await peer.expect("SUBMIT_JOB");
      await peer.send("JOB_CREATED", handle);
    }
    peer.send("WORK_FAIL", "H:1");
    await peer.send("WORK_EXCEPTION", "H:2", "boom");
    await peer.expect("ECHO_REQ");
    await peer.send("ECHO_RES", "");
    peer.hangUp();
  });
  const feed = new TaskFeed();
  const signal = new AbortController();
  for (const name of ["fails", "throws", "is left"]) client.submit(name, "", { feed });
  const given = client.submit("is given up", "", { feed, signal: signal.signal });
  await given.accepted;
  const reason = new Error("enough");
  signal.abort(reason);
  await client.ping();
  const errors = new Map<string, unknown>();
  for await (const entry of feed) {
    if (entry.type === "failed") errors.set(entry.task.functionName, entry.error);
  }
  assertEquals([...errors.keys()].sort(), ["fails", "is given up", "is left", "throws"]);
  assertInstanceOf(errors.get("fails"), JobFailed);
  assertInstanceOf(errors.get("throws"), JobException);
  assertInstanceOf(errors.get("is left"), JobLost);
  assertEquals(errors.get("is given up"), reason);
});

test("TaskFeed keeps to each task's budget", async (t) => {
  const client = await clientOf(t, async (peer) => {
    await peer.expect("SUBMIT_JOB");
    peer.send("JOB_CREATED", "H:1");
    for (let i = 0; i < 5; i++) peer.send("WORK_DATA", "H:1", "x".repeat(300));
    await peer.send("WORK_COMPLETE", "H:1", "end");
  }, 1000);
  const feed = new TaskFeed();
  const task = client.submit("a", "", { feed });
  await task.result().catch(() => {});
  const types: string[] = [];
  let error: unknown;
  for await (const entry of feed) {
    types.push(entry.type);
    if (entry.type === "failed") error = entry.error;
  }
  assertEquals(types, ["accepted", "data", "data", "data", "failed"]);
  assertInstanceOf(error, TaskOverflow);
});

test("TaskFeed lets go of links that have ended, also when nobody waits for it", () => {
  const feed = new TaskFeed();
  const seen = new Set<number>();
  for (let link = 0; link < 10; link++) {
    let isOver = false;
    // What a feed asks of its links shows which it still has.
    const flow = {
      get isOver() {
        seen.add(link);
        return isOver;
      },
      resume: () => seen.add(link),
    } as unknown as Flow;
    const submission = { flow, isAccepted: true, nextEvent: () => undefined } as Submission;
    feed.follow({} as Task<unknown>, submission);
    submission.follower!.told();
    assertEquals(feed.next()?.type, "accepted");
    isOver = link < 8;
    // The end that comes of it brings nothing back.
    submission.follower!.told();
    assertEquals(feed.next(), undefined);
  }
  seen.clear();
  feed.changed();
  assertEquals([...seen], [8, 9]);
});

test("TaskFeed.changed() resolves at once where something waits to be read", async (t) => {
  const client = await clientOf(t, async (peer) => {
    await peer.expect("SUBMIT_JOB");
    await peer.send("JOB_CREATED", "H:1");
    await peer.send("WORK_COMPLETE", "H:1", "end");
  });
  const feed = new TaskFeed();
  await client.submit("a", "", { feed }).result();
  // Nothing more comes.
  await feed.changed();
  assertEquals(feed.next()?.type, "accepted");
  await feed.changed();
  assertEquals(feed.next()?.type, "complete");
});
