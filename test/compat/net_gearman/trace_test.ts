/** The bytes of PHP's Net_Gearman: our ends send the same, and take them. */
import { assertEquals, test } from "../../_harness/mod.ts";
import { JobServer } from "../../../src/server/mod.ts";
import { Command } from "../../../src/protocol/mod.ts";
import { memoryNetwork } from "../../../src/sockets/memory.ts";
import {
  Net_Gearman_Client,
  Net_Gearman_Connection,
  Net_Gearman_Job_Exception,
  Net_Gearman_Set,
  Net_Gearman_Task,
  Net_Gearman_Worker,
} from "../../../src/compat/net_gearman/mod.ts";
import { BytePeer, byteServer } from "./byte_peer.ts";
import { jobClass } from "./job_classes.ts";
import { RUNS, TRACE } from "./trace.ts";

/** One packet of the trace. */
interface Line {
  /** Whose connection. */
  readonly who: "W" | "C";
  /** Whether they send it, or are sent it. */
  readonly isSent: boolean;
  readonly hex: string;
}

const lines: readonly Line[] = TRACE.trim().split("\n").map((line) => {
  const [who, way, hex] = line.split(" ");
  return { who: who as "W" | "C", isSent: way === ">", hex };
});

/** The lines of one connection. */
const linesOf = (who: "W" | "C") => lines.filter((line) => line.who === who);

function typeOf(hex: string): number {
  return parseInt(hex.slice(8, 16), 16);
}

/** Our workers ask with GRAB_JOB_ALL, whose answer carries unique and reducer as well. */
function asWeGrab(hex: string): string {
  return hex === bare(Command.GRAB_JOB) ? bare(Command.GRAB_JOB_ALL) : hex;
}

function bare(type: number): string {
  return `00524551${type.toString(16).padStart(8, "0")}00000000`;
}

test("10 our client sends PHP's bytes, and makes PHP's results of the answers", async (t) => {
  const server = t.use(
    await byteServer(async (peer) => {
      for (const { isSent, hex } of linesOf("C")) {
        if (isSent) assertEquals(await peer.packet(), hex);
        else await peer.send(hex);
      }
    }),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial, exceptions: false }));
  for (const [func, argument, ...expected] of RUNS) {
    const calls: unknown[] = [];
    const task = new Net_Gearman_Task(func, argument);
    task.attachCallback((_func, handle, result, uniq) => calls.push([handle, result, uniq]));
    task.attachCallback((_func, _handle, n, d) => calls.push([n, d]), Net_Gearman_Task.TASK_STATUS);
    await client.runSet(new Net_Gearman_Set([task]));
    assertEquals(calls, [[1, 2], expected]);
  }
  const failed: string[] = [];
  const bad = new Net_Gearman_Task("bad", "x");
  bad.attachCallback(({ uniq }) => failed.push(uniq), Net_Gearman_Task.TASK_FAIL);
  await client.runSet(new Net_Gearman_Set([bad]));
  assertEquals(failed, ["940c074c4061657085be96dd36daac71"]);
  assertEquals(await client.rev({ userid: 1 }), "H:srv:12");
  await server.done;
});

test("2.18 our client asks for exceptions first, unless it is told not to", async (t) => {
  const option = "657863657074696f6e73";
  const server = t.use(
    await byteServer(async (peer) => {
      assertEquals(await peer.packet(), `00524551${"0000001a"}${"0000000a"}${option}`);
      await peer.send(`00524553${"0000001b"}${"0000000a"}${option}`);
      const [submission, created] = linesOf("C");
      assertEquals(await peer.packet(), submission.hex);
      await peer.send(created.hex);
    }),
  );
  const { address, dial } = server;
  const client = t.use(new Net_Gearman_Client([address], 1000, { dial }));
  const [func, argument] = RUNS[0];
  const accepted = new Promise<void>((resolve) => {
    const task = new Net_Gearman_Task(func, argument);
    task.attachCallback(() => resolve(), Net_Gearman_Task.TASK_STATUS);
    client.runSet(new Net_Gearman_Set([task]), 1).catch(() => resolve());
  });
  await server.done;
  await client.disconnect();
  await accepted;
});

test("6 our worker takes the jobs of PHP's, and sends the same reports", async (t) => {
  const server = t.use(
    await byteServer(async (peer) => {
      for (const { isSent, hex } of linesOf("W")) {
        if (isSent) assertEquals(await peer.packet(), asWeGrab(hex));
        else await peer.send(hex);
      }
      assertEquals(await peer.packet(), "");
    }),
  );
  const { address, dial } = server;
  const worker = t.use(new Net_Gearman_Worker([address], "worker-1", null, { dial }));
  worker.addAbility("rev", null, {
    class_name: jobClass(function (argument: unknown) {
      this.status(1, 2);
      // PHP's strrev() makes no text of it, and its JSON is empty then.
      if (argument === 'é/"') return new Uint8Array(0);
      return typeof argument === "string" ? [...argument].reverse().join("") : { got: argument };
    }),
  });
  worker.addAbility("bad", 3, {
    class_name: jobClass(() => {
      throw new Net_Gearman_Job_Exception("no");
    }),
  });
  let left = RUNS.length + 2;
  const work = worker.beginWork((idle) => !idle && --left === 0);
  await Promise.all([server.done, work.then(() => worker.endWork())]);
});

test("our job server answers PHP's worker and client as gearmand did", async (t) => {
  const network = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen: network.listen, handlePrefix: "H:srv" }));
  const peers = {
    W: new BytePeer(await network.dial(server.address)),
    C: new BytePeer(await network.dial(server.address)),
  };
  for (const { who, isSent, hex } of lines) {
    if (isSent) await peers[who].send(hex);
    else assertEquals([who, await peers[who].packet()], [who, hex]);
  }
  for (const peer of Object.values(peers)) peer.destroy();
});

/** The packets of the trace by the names and fields with which PHP sends them. */
const SENT: readonly [command: string, params: Record<string, string | number>, hex: string][] = [
  ["set_client_id", { client_id: "worker-1" }, "005245510000001600000008776f726b65722d31"],
  ["can_do", { func: "rev" }, "005245510000000100000003726576"],
  ["can_do_timeout", { func: "bad", timeout: 3 }, "0052455100000017000000086261640033303030"],
  ["grab_job", {}, "005245510000000900000000"],
  ["pre_sleep", {}, "005245510000000400000000"],
  [
    "work_status",
    { handle: "H:srv:1", numerator: 1, denominator: 2 },
    "005245510000000c0000000b483a7372763a3100310032",
  ],
  [
    "work_complete",
    { handle: "H:srv:4", result: '{"got":123}' },
    "005245510000000d00000013483a7372763a34007b22676f74223a3132337d",
  ],
  ["work_fail", { handle: "H:srv:11" }, "005245510000000e00000008483a7372763a3131"],
  [
    "submit_job",
    { func: "bad", uniq: "940c074c4061657085be96dd36daac71", arg: "x" },
    "0052455100000007000000266261640039343063303734633430363136353730383562653936646433366461616337310078",
  ],
  ["reset_abilities", {}, "005245510000000300000000"],
];

test("8 our connection sends PHP's bytes by the names of packets", async (t) => {
  const traced = new Set(lines.map(({ hex }) => hex));
  const server = t.use(
    await byteServer(async (peer) => {
      for (const [, , hex] of SENT) assertEquals(await peer.packet(), hex);
    }),
  );
  const { address, dial } = server;
  const connection = t.use(new Net_Gearman_Connection(address, 1000, { dial }));
  for (const [command, params, hex] of SENT) {
    assertEquals([command, traced.has(hex)], [command, true]);
    await connection.send(command, params);
  }
  await server.done;
});

test("8 our connection reads what PHP's ends were sent", async (t) => {
  const received = lines.filter(({ isSent }) => !isSent);
  const server = t.use(
    await byteServer(async (peer) => {
      for (const { hex } of received) await peer.send(hex);
    }),
  );
  const { address, dial } = server;
  const connection = t.use(new Net_Gearman_Connection(address, 1000, { dial }));
  const counts: Record<string, number> = {};
  for (const { hex } of received) {
    const packet = await connection.blockingRead(10_000);
    counts[packet.function] = (counts[packet.function] ?? 0) + 1;
    assertEquals(packet.type, typeOf(hex));
  }
  assertEquals(counts, {
    no_job: 12,
    job_created: 12,
    noop: 12,
    job_assign: 12,
    work_status: 10,
    work_complete: 10,
    work_fail: 1,
  });
});
