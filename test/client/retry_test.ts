/** What is sent again after trouble with a server, and what is not. */
import {
  assertEquals,
  assertRejects,
  assertThrows,
  codecUnderTest,
  test,
} from "../_harness/mod.ts";
import { fakeServer, type Script } from "../_harness/fake_server.ts";
import { handClock } from "../_harness/hand_clock.ts";
import { Client } from "../../src/client/mod.ts";
import { GearmanError, JobFailed, JobLost, LinkError, ServerError } from "../../src/errors.ts";
import { linkError } from "../../src/sockets/link_error.ts";
import type { Dial, Socket } from "../../src/sockets/socket.ts";
import { accept, clientOf, clientTo, complete, fleet, quiet } from "./fixtures.ts";

const idempotent = { retry: "idempotent" } as const;

/** Reads one packet, and hangs up. */
const dropUnread: Script = async (peer) => {
  await peer.next();
  peer.hangUp();
};

/** Accepts one job, and hangs up. */
const dropAccepted: Script = async (peer) => {
  await accept(peer, "H:lost:1");
  peer.hangUp();
};

const finish: Script = async (peer) => void await complete(peer, "done", "H:next:1");

/** No wait between tries. */
const atOnce = { backoff: () => 0 };

async function endOf(promise: Promise<unknown>): Promise<string> {
  const { name, code, outcome } = await assertRejects(() => promise, GearmanError);
  return `${name} ${code} ${outcome}`;
}

test("safe: what has left is not sent again", async (t) => {
  const { client } = await clientOf(t, [dropUnread, dropUnread, dropAccepted]);
  const options = { unique: "u" };
  assertEquals(
    await endOf(client.submit("f", "", options).result()),
    "LinkError RESET unacknowledged",
  );
  assertEquals(await endOf(client.background("f", "", options)), "LinkError RESET unacknowledged");
  assertEquals(await endOf(client.submit("f", "", options).result()), "JobLost LOST accepted");
});

test("safe: what was laid and did not leave is sent again, on the same server too", async (t) => {
  const workloads: string[] = [];
  const server = t.use(
    await fakeServer([
      async (peer) => {
        await peer.expect("ECHO_REQ");
        await peer.send("ECHO_RES", "");
        await peer.next().catch(() => {});
      },
      async (peer) => void workloads.push((await complete(peer))[2]),
    ]),
  );
  const sockets: Socket[] = [];
  const dial: Dial = async (to, options) => {
    sockets.push(await server.dial(to, options));
    return sockets.at(-1)!;
  };
  const { address } = server;
  const client = clientTo(t, { servers: address, dial });
  await client.ping();
  const bytes = new TextEncoder().encode("charge");
  const task = client.submit("f", bytes);
  assertEquals(task.outcome, "unacknowledged");
  sockets[0].destroy();
  bytes.fill(0);
  assertEquals(await task.text(), "done");
  await server.done;
  assertEquals(workloads, ["charge"]);
});

test("idempotent: what was not acknowledged is sent again when it has a unique", async (t) => {
  const { client, server } = await clientOf(t, [dropUnread, finish], atOnce);
  const task = client.submit("f", "work", { unique: "u", ...idempotent });
  assertEquals(await task.text(), "done");
  assertEquals([task.handle, task.outcome], ["H:next:1", "accepted"]);
  await server.done;
});

test("idempotent: what was not acknowledged is not sent again without a unique", async (t) => {
  const { client } = await clientOf(t, [dropUnread, finish], { ...atOnce, ...idempotent });
  assertEquals(await endOf(client.submit("f").result()), "LinkError RESET unacknowledged");
});

test("idempotent: a background job is sent again with the same unique, made or given", async (t) => {
  const uniques: string[] = [];
  const noteAndDrop: Script = async (peer) => {
    uniques.push((await peer.next()).args[1]);
    peer.hangUp();
  };
  const take: Script = async (peer) => {
    uniques.push((await accept(peer, "H:next:1"))[1]);
  };
  const { client, server } = await clientOf(t, [noteAndDrop, take], atOnce);
  const receipt = await client.background("f", "", idempotent);
  await server.done;
  assertEquals([receipt.handle, receipt.unique], ["H:next:1", uniques[0]]);
  assertEquals(uniques[1], uniques[0]);
});

test("idempotent: a foreground job that was accepted is sent again, with its workload", async (t) => {
  const workloads: string[] = [];
  const handles: string[] = [];
  const { client } = await clientOf(t, [
    async (peer) => {
      workloads.push((await accept(peer, "H:lost:1"))[2]);
      peer.send("WORK_STATUS", "H:lost:1", "1", "2");
      await peer.send("WORK_DATA", "H:lost:1", "half");
      peer.hangUp();
    },
    async (peer) => {
      workloads.push((await peer.next()).args[2]);
      handles.push(task.handle);
      peer.send("JOB_CREATED", "H:next:1");
      peer.send("WORK_DATA", "H:next:1", "all ");
      peer.send("WORK_COMPLETE", "H:next:1", "of it");
    },
  ], atOnce);
  const task = client.submit("f", new TextEncoder().encode("work"), idempotent);
  assertEquals(await task.text(), "all of it");
  // What the lost run told of itself is no news of this one.
  assertEquals([task.status, ...handles, task.handle], [undefined, "", "H:next:1"]);
  assertEquals(workloads, ["work", "work"]);
});

test("idempotent: a job of which a reader has heard is lost, for it would hear it twice", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:lost:1");
    peer.send("WORK_STATUS", "H:lost:1", "1", "2");
    await peer.send("WORK_DATA", "H:lost:1", "half");
    await peer.next().catch(() => {});
    peer.hangUp();
  }, finish], atOnce);
  const task = client.submit("f", "", { unique: "u", ...idempotent });
  const heard: string[] = [];
  const error = await assertRejects(async () => {
    for await (const event of task) {
      heard.push(event.type);
      if (event.type === "data") client.ping().catch(() => {});
    }
  }, JobLost);
  assertEquals([heard, error.outcome], [["status", "data"], "accepted"]);
});

test("idempotent: a job that ended is not sent again", async (t) => {
  const { client, server } = await clientOf(t, [async (peer) => {
    await accept(peer);
    await peer.send("WORK_FAIL", "H:fake:1");
    peer.hangUp();
  }], { ...atOnce, ...idempotent });
  await assertRejects(() => client.submit("f", "", { unique: "u" }).result(), JobFailed);
  await server.done;
});

test("idempotent: a server's refusal is the answer, with what an earlier try left open", async (t) => {
  const { client } = await clientOf(t, [dropUnread, async (peer) => {
    await peer.next();
    await peer.send("ERROR", "QUEUE_ERROR", "Job queue is full");
  }], atOnce);
  const task = client.submit("f", "", { unique: "u", ...idempotent });
  const error = await assertRejects(() => task.result(), ServerError);
  assertEquals([error.serverCode, error.outcome, error.retriable], [
    "QUEUE_ERROR",
    "unacknowledged",
    false,
  ]);
  assertEquals(task.outcome, "unacknowledged");
});

test("idempotent: nonsense from a server is no reason to try another", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await peer.next();
    await peer.text("HTTP/1.1 400 Bad Request\r\n");
  }, finish], atOnce);
  const task = client.submit("f", "", { unique: "u", ...idempotent });
  assertEquals(await endOf(task.result()), "ProtocolError BAD_MAGIC unacknowledged");
});

test("idempotent: a result that is too large costs each job of the link its end, and none is sent again", async (t) => {
  const { client } = await clientOf(t, [async (peer) => {
    await accept(peer, "H:fake:1");
    await accept(peer, "H:fake:2");
    await peer.send("WORK_COMPLETE", "H:fake:1", "x".repeat(2_000));
  }, finish], { ...atOnce, maxPacketBytes: 1_000 });
  const jobs = [{ functionName: "f", unique: "u" }, { functionName: "g", unique: "v" }];
  const ends = await client.submitAll(jobs, idempotent).settled();
  assertEquals(
    ends.map((end) => {
      const { code, outcome, cause } = (end as PromiseRejectedResult).reason as GearmanError;
      return [code, outcome, (cause as GearmanError).code];
    }),
    [["LOST", "accepted", "TOO_LARGE"], ["LOST", "accepted", "TOO_LARGE"]],
  );
});

test("idempotent: a job waits for a server that is down, and no longer than retryFor", async (t) => {
  const down = new Set(["one"]);
  const clock = handClock();
  const { dial, servers, dialled } = await fleet(t, { one: [finish] }, down);
  const client = clientTo(t, {
    servers,
    dial,
    clock,
    backoff: () => 1_000,
    retryFor: 2_500,
    ...idempotent,
  });
  const first = client.background("f");
  const second = client.background("f", "", { retry: "safe" });
  assertEquals(await endOf(second), "LinkError REFUSED unsent");
  for (let i = 0; i < 2; i++) {
    await quiet();
    clock.turn(1_000);
  }
  // A third wait would end after 3,000 ms.
  assertEquals(await endOf(first), "LinkError REFUSED unsent");
  assertEquals(dialled.length, 3);
  assertEquals(clock.now(), 2_000);

  const third = client.background("f");
  await quiet();
  down.delete("one");
  clock.turn(1_000);
  assertEquals((await third).handle, "H:next:1");
});

test("idempotent: no try begins after retryFor, though another server is up", async (t) => {
  const clock = handClock();
  const asked: string[] = [];
  const mute = (name: string): Script => async (peer) => {
    await peer.expect("SUBMIT_JOB");
    asked.push(name);
  };
  const scripts = (name: string) => [mute(name), mute(name), mute(name)];
  const { dial, servers } = await fleet(t, { one: scripts("one"), two: scripts("two") });
  const client = clientTo(t, {
    servers,
    dial,
    clock,
    backoff: () => 0,
    answerTimeout: 1_000,
    retryFor: 2_000,
    ...idempotent,
  });
  const end = endOf(client.submit("f", "", { unique: "u" }).result());
  // Each of them is silent for 1,100 ms: the fourth would begin after 3,300, 2,200 behind the first loss.
  for (let i = 0; i < 33; i++) {
    await quiet();
    clock.turn(100);
  }
  assertEquals(await end, "LinkError SILENT unacknowledged");
  assertEquals(asked.length, 3);
});

test("idempotent: retryFor begins when the first of several servers is not there", async (t) => {
  const clock = handClock();
  const dials: number[] = [];
  const dial: Dial = (to) => {
    dials.push(clock.now());
    return new Promise((_, reject) =>
      clock.after(1_000, () => reject(linkError("DIAL_TIMEOUT", to)))
    );
  };
  const options = { clock, dial, backoff: () => 1_000, retryFor: 999 };
  const client = t.use(new Client({ servers: "one,two", ...options, ...idempotent }));
  const end = endOf(client.submit("f", "", { unique: "u" }).result());
  for (let i = 0; i < 5; i++) {
    await quiet();
    clock.turn(1_000);
  }
  assertEquals(await end, "LinkError NO_SERVERS unsent");
  // The first trouble is at 1,000; at 2,000, when both have been tried, its time is over.
  assertEquals(dials, [0, 1_000]);
});

test("idempotent: retryFor begins anew where a server had taken the job", async (t) => {
  const clock = handClock();
  let lose = () => {};
  const losing: Script = async (peer) => {
    await accept(peer, "H:lost:1");
    lose = () => peer.hangUp();
  };
  const options = { ...idempotent, clock, heartbeat: Infinity, retryFor: 1_000 };
  const { client } = await clientOf(t, [dropUnread, losing, finish], {
    ...options,
    backoff: () => 1_000,
  });
  const task = client.submit("f", "", { unique: "u" });
  await quiet();
  // The first trouble's time is up as the job is taken.
  clock.turn(1_000);
  await task.accepted;
  await quiet();
  clock.turn(1);
  lose();
  await quiet();
  clock.turn(1_000);
  assertEquals(await task.text(), "done");
});

test("idempotent: what was sent once keeps its outcome when no server is left", async (t) => {
  const down = new Set<string>();
  const script: Script = async (peer) => {
    await peer.next();
    down.add("one").add("two");
    peer.hangUp();
  };
  const { dial, servers } = await fleet(t, { one: [script], two: [script] }, down);
  const options = { servers, dial, exceptions: false, backoff: () => 1, retryFor: 0 };
  const client = t.use(new Client({ ...options, codec: codecUnderTest }));
  const task = client.submit("f", "", { unique: "b", ...idempotent });
  const error = await assertRejects(() => task.result(), LinkError);
  assertEquals([error.code, error.outcome, error.retriable], [
    "NO_SERVERS",
    "unacknowledged",
    false,
  ]);
});

test("idempotent: a job is sent 8 times at most", async (t) => {
  const scripts = Array.from({ length: 9 }, () => dropAccepted);
  let dials = 0;
  const { client } = await clientOf(t, scripts, atOnce);
  client.addEventListener("up", () => dials++);
  assertEquals(await endOf(client.submit("f", "", idempotent).result()), "JobLost LOST accepted");
  assertEquals(dials, 8);
});

test("idempotent: a job that is given up, or whose client closes, is not sent again", async (t) => {
  const clock = handClock();
  const options = { ...idempotent, clock, backoff: () => 1_000 };
  const { client } = await clientOf(t, [dropAccepted, dropAccepted], options);
  const controller = new AbortController();
  const task = client.submit("f", "", { signal: controller.signal });
  await task.accepted;
  await quiet();
  controller.abort(new Error("enough"));
  await assertRejects(() => task.result(), Error, "enough");
  const other = client.submit("f");
  await quiet();
  clock.turn(1_000);
  await quiet();
  const end = endOf(other.result());
  await client.close();
  assertEquals(await end, "LinkError CLOSED accepted");
  assertEquals(clock.pending, 0);
});

test("a policy that there is not is refused", async (t) => {
  const { client } = await clientOf(t, []);
  const retry = "always" as "safe";
  assertThrows(() => client.submit("f", "", { retry }), TypeError, 'got "always"');
  assertThrows(() => new Client({ servers: "x", dial: () => Promise.reject(), retry }), TypeError);
});

test("what is given up while its server is dialled is not sent", async (t) => {
  const { address, dial } = t.use(
    await fakeServer([async (peer) => {
      await peer.expect("ECHO_REQ");
      await peer.send("ECHO_RES", "");
    }]),
  );
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  const client = clientTo(t, {
    servers: address,
    dial: async (to, options) => {
      await opened;
      return await dial(to, options);
    },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const ends = [
    client.submit("f", "", { signal }).result(),
    client.background("f", "", { signal }),
    client.status({ handle: "H:fake:1" }, { signal }),
  ];
  const answer = client.ping();
  controller.abort(new Error("enough"));
  for (const end of ends) await assertRejects(() => end, Error, "enough");
  open();
  // The first that the server hears.
  await answer;
});
