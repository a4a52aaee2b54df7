/** Workloads that come bit by bit, and links that stop reading. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
  codecUnderTest,
  test,
} from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client, type SizedStream, TaskFeed } from "../../src/client/mod.ts";
import { LinkError, TaskOverflow, WorkloadError } from "../../src/errors.ts";
import type { Dial, Sink, Socket } from "../../src/sockets/socket.ts";
import { accept, clientOf, complete, quiet } from "./fixtures.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Text, piece by piece. */
async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await undefined;
    yield bytes(text);
  }
}

/** A web stream that never ends, and what it is cancelled with. */
function endless(
  ...texts: string[]
): { stream: ReadableStream<Uint8Array>; cancelled: Promise<unknown> } {
  let tell = (_reason: unknown) => {};
  const cancelled = new Promise<unknown>((resolve) => tell = resolve);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(bytes(text));
    },
    cancel: tell,
  });
  return { stream, cancelled };
}

test("a streamed workload has a link of its own, and holds up nobody", async (t) => {
  const order: string[] = [];
  const own: Script = async (peer) => {
    const [, unique, workload] = await peer.expect("SUBMIT_JOB");
    order.push(`${unique} ${workload}`);
    await peer.send("JOB_CREATED", "H:own:1");
    await peer.send("WORK_COMPLETE", "H:own:1", "streamed");
    await peer.gone;
    order.push("gone");
  };
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  async function* slow() {
    yield bytes("one ");
    await finished;
    yield bytes("two");
  }
  const { client, server } = await clientOf(t, [own, async (peer) => void await complete(peer)]);
  const task = client.submit("f", { size: 7, stream: slow() }, { unique: "u" });
  await quiet();
  assertEquals(task.outcome, "unsent");
  assertEquals(await client.submit("g").text(), "done");
  finish();
  assertEquals(await task.text(), "streamed");
  await server.done;
  assertEquals(order, ["u one two", "gone"]);
});

test("a background job may be streamed too, from a web stream, in pieces of any size", async (t) => {
  const large = new Uint8Array(300_000).fill(7);
  const parts = [
    large.subarray(0, 1),
    new Uint8Array(0),
    large.subarray(1, 100_001),
    large.subarray(100_001),
  ];
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals((await accept(peer, "H:own:1"))[2].length, 300_000);
  }]);
  assertEquals((await client.background("f", { size: 300_000, stream })).handle, "H:own:1");
});

test("a stream of the wrong size is a WorkloadError, and nothing is submitted", async (t) => {
  const received: string[] = [];
  const script: Script = async (peer) => {
    const packet = await peer.next().catch(() => undefined);
    if (packet !== undefined) received.push(packet.name);
  };
  const { client } = await clientOf(t, [script, script, script, script]);
  const cases: [size: number, texts: string[], got: string][] = [
    [7, ["one ", "tw"], "Expected a workload of 7 bytes, got 6"],
    [7, ["one ", "two", "!"], "Expected a workload of 7 bytes, got more"],
    [7, [], "got 0"],
    [0, ["x"], "Expected a workload of 0 bytes, got more"],
  ];
  for (const [size, texts, message] of cases) {
    const task = client.submit("f", { size, stream: pieces(...texts) });
    const error = await assertRejects(() => task.result(), WorkloadError, message);
    assertEquals([error.code, error.outcome, error.retriable, task.outcome], [
      "WORKLOAD",
      "unsent",
      false,
      "unsent",
    ]);
  }
  await quiet();
  assertEquals(received, []);
});

test("a stream that fails is a WorkloadError with its cause, one of other things too", async (t) => {
  const failure = new Error("disk");
  async function* failing() {
    yield bytes("one ");
    await undefined;
    throw failure;
  }
  const script: Script = (peer) => void peer.next().catch(() => {});
  const { client } = await clientOf(t, [script, script]);
  const error = await assertRejects(
    () => client.background("f", { size: 7, stream: failing() }),
    WorkloadError,
  );
  assertEquals([error.cause, error.outcome], [failure, "unsent"]);
  async function* texts() {
    yield "text" as unknown as Uint8Array;
    await undefined;
  }
  const task = client.submit("f", { size: 4, stream: texts() });
  await assertRejects(
    () => task.result(),
    WorkloadError,
    'pieces of bytes as workload, got "text"',
  );
});

test("an empty stream of size 0 is an empty workload", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    assertEquals((await accept(peer))[2], "");
    await peer.send("WORK_COMPLETE", "H:fake:1", "empty");
  }]);
  assertEquals(await client.submit("f", { size: 0, stream: pieces() }).text(), "empty");
});

test("a streamed job that is given up before its last byte is not submitted", async (t) => {
  const { client, server } = await clientOf(t, [async (peer) => {
    await assertRejects(() => peer.next());
  }]);
  const { stream, cancelled } = endless("one ");
  const controller = new AbortController();
  const task = client.submit("f", { size: 7, stream }, { signal: controller.signal });
  await quiet();
  const reason = new Error("enough");
  controller.abort(reason);
  await assertRejects(() => task.result(), Error, "enough");
  assertEquals([await cancelled, task.outcome], [reason, "unsent"]);
  await server.done;
});

test("a streamed job whose link is lost is unsent, and not begun again", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await quiet();
    peer.hangUp();
  }]);
  const { stream, cancelled } = endless("one ");
  const task = client.submit("f", { size: 7, stream }, { retry: "idempotent" });
  const error = await assertRejects(() => task.result(), LinkError);
  assertEquals(error.outcome, "unsent");
  await cancelled;
});

test("close() ends streamed jobs", async (t) => {
  const { client } = await clientOf(t, [(peer) => void peer.next().catch(() => {})]);
  const { stream, cancelled } = endless("one ");
  const task = client.submit("f", { size: 7, stream });
  await quiet();
  await client.close();
  const error = await assertRejects(() => task.result(), LinkError);
  assertEquals([error.code, error.outcome], ["CLOSED", "unsent"]);
  await cancelled;
});

test("close() ends jobs of empty streams whose end has not come", async (t) => {
  const { client } = await clientOf(t, []);
  const { stream, cancelled } = endless();
  const task = client.submit("f", { size: 0, stream });
  const background = client.background("f", { size: 0, stream: endless().stream });
  await client.close();
  for (const end of [task.result(), background]) {
    const error = await assertRejects(() => end as Promise<unknown>, LinkError);
    assertEquals([error.code, error.outcome], ["CLOSED", "unsent"]);
  }
  assert(await cancelled instanceof LinkError);
});

test("an iterator that gives no step is a WorkloadError", async (t) => {
  const { client } = await clientOf(t, [(peer) => void peer.gone]);
  for (const size of [0, 5]) {
    const stream = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve() }) };
    const task = client.submit("f", { size, stream: stream as never });
    const error = await assertRejects(() => task.result(), WorkloadError);
    assertEquals(String(error.cause), "TypeError: Expected a step, got undefined");
  }
});

test("a slow producer is no silence of the server", async (t) => {
  const clock = handClock();
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  async function* slow() {
    yield bytes("one ");
    await finished;
    yield bytes("two");
  }
  const { client } = await clientOf(t, [async (peer) => void await complete(peer)], { clock });
  const task = client.submit("f", { size: 7, stream: slow() });
  for (let i = 0; i < 10; i++) {
    await quiet();
    clock.turn(60_000);
  }
  finish();
  assertEquals(await task.text(), "done");
});

test("what is no sized stream is refused at once", async (t) => {
  const { client } = await clientOf(t, []);
  const refuses = (workload: unknown, message: string) =>
    assertThrows(() => client.submit("f", workload as SizedStream), Error, message);
  refuses({ size: -1, stream: pieces() }, "Expected a size from 0");
  refuses({ size: 1.5, stream: pieces() }, "got 1.5");
  refuses({ size: 2 ** 32, stream: pieces() }, "got 4294967296");
  refuses({ size: 1, stream: "x" }, "Expected a stream of bytes");
  refuses({ size: 1, stream: undefined }, "Expected a stream of bytes");
});

/** A client whose socket shows whether it reads. */
async function pausable(script: Script, options: { linkBytes: number; taskBytes?: number }) {
  const server = await fakeServer([script]);
  const state = { stopped: false };
  const watched = (sink: Sink): Sink => {
    const note = (goesOn: boolean) => {
      state.stopped = !goesOn;
      return goesOn;
    };
    return {
      space: () => sink.space(),
      filled: (count) => note(sink.filled(count)),
      push: (chunk) => note(sink.push(chunk)),
      ended: (reason) => sink.ended(reason),
    };
  };
  const dial: Dial = async (to, dialOptions) => {
    const socket: Socket = await server.dial(to, dialOptions);
    const pump = socket.pump.bind(socket);
    const resume = socket.resume.bind(socket);
    socket.pump = (sink) => pump(watched(sink));
    socket.resume = () => {
      state.stopped = false;
      resume();
    };
    return socket;
  };
  const { address } = server;
  const client = new Client({
    servers: address,
    dial,
    codec: codecUnderTest,
    exceptions: false,
    ...options,
  });
  const dispose = async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  };
  return { client, state, [Symbol.asyncDispose]: dispose };
}

/** Sends `count` parts of 1,000 bytes for a job, each when it is let, and then its end. */
function flood(count: number): Script {
  return async (peer) => {
    await accept(peer);
    for (let i = 0; i < count; i++) {
      await peer.send("WORK_DATA", "H:fake:1", new Uint8Array(1_000));
      await quiet();
    }
    await peer.send("WORK_COMPLETE", "H:fake:1", "");
  };
}

test("a link stops reading when its tasks hold too much, and goes on when it is read", async (t) => {
  const { client, state } = t.use(
    await pausable(flood(60), { linkBytes: 5_000, taskBytes: 20_000 }),
  );
  const task = client.submit("f");
  await task.accepted;
  while (!state.stopped) await quiet();
  let received = 0;
  for await (const event of task) {
    if (event.type === "data") received += event.data.length;
    // Slower than the server: without the stop, the task would outgrow its budget.
    await quiet();
    await quiet();
  }
  assertEquals(received, 60_000);
});

test("a link that has stopped reads on for whoever waits", async (t) => {
  const { client, state } = t.use(await pausable(flood(8), { linkBytes: 5_000 }));
  const task = client.submit("f");
  await task.accepted;
  while (!state.stopped) await quiet();
  assertEquals((await task.result()).length, 8_000);
  assert(!state.stopped);
});

test("a link never stops for those who wait: what nobody reads outgrows its own budget", async (t) => {
  const { client } = t.use(
    await pausable(async (peer) => {
      await accept(peer, "H:fake:1");
      await accept(peer, "H:fake:2");
      for (let i = 0; i < 30; i++) await peer.send("WORK_DATA", "H:fake:1", new Uint8Array(1_000));
      await peer.send("WORK_COMPLETE", "H:fake:2", "fine");
    }, { linkBytes: 5_000, taskBytes: 20_000 }),
  );
  const unread = client.submit("f");
  assertEquals(await client.submit("f").text(), "fine");
  await assertRejects(() => unread.result(), TaskOverflow);
});

test("a link that has stopped reads on for whoever reads another task in a feed", async (t) => {
  const { client, state } = t.use(
    await pausable(async (peer) => {
      await accept(peer, "H:fake:1");
      await accept(peer, "H:fake:2");
      for (let i = 0; i < 8; i++) {
        await peer.send("WORK_DATA", "H:fake:1", new Uint8Array(1_000));
        await quiet();
      }
      await peer.send("WORK_COMPLETE", "H:fake:2", "fine");
    }, { linkBytes: 5_000 }),
  );
  const feed = new TaskFeed();
  client.submit("unread");
  client.submit("read", "", { feed });
  while (!state.stopped) await quiet();
  const types: string[] = [];
  for await (const { type } of feed) types.push(type);
  assertEquals(types, ["accepted", "complete"]);
});

test("a task holds as many bytes as it may, and no more", async (t) => {
  const script: Script = async (peer) => {
    for (const handle of ["H:fake:1", "H:fake:2"]) {
      await accept(peer, handle);
      for (let i = 0; i < 2; i++) {
        await peer.send("WORK_DATA", handle, "x".repeat(36));
        await quiet();
      }
      await peer.send("WORK_COMPLETE", handle, "");
    }
  };
  const { client } = await clientOf(t, [script]);
  // Each part counts 64 bytes more.
  const reads = async (taskBytes: number) => {
    const task = client.submit("f", "", { taskBytes });
    for await (const event of task) assertEquals(event.type, "data");
    return await task.text();
  };
  assertEquals((await reads(200)).length, 72);
  await assertRejects(() => reads(199), TaskOverflow);
});

test("a stream that gives no more keeps no link open once its job is given up", async (t) => {
  async function* stuck() {
    yield bytes("half");
    yield bytes("a");
    await new Promise(() => {});
  }
  const gone: Script = async (peer) => void await peer.gone;
  const ways = ["submit timeout", "submit abort", "background timeout", "background abort"];
  const clock = handClock();
  const { client, server } = await clientOf(t, ways.map(() => gone), { clock });
  for (const way of ways) {
    const controller = new AbortController();
    const [call, limit] = way.split(" ");
    const options = limit === "abort" ? { signal: controller.signal } : { timeout: 1_000 };
    const workload = { size: 10, stream: stuck() };
    const end = call === "submit"
      ? client.submit("f", workload, options).result()
      : client.background("f", workload, options);
    end.catch(() => {});
    await quiet();
    if (limit === "abort") controller.abort(new Error("enough"));
    else clock.turn(1_000);
    await assertRejects(() => end, Error);
  }
  // Each link has ended, with the client open.
  await server.done;
});
