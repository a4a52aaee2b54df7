/** The calls of a worker, line by line those of pair_worker.php: HOST PORT. */
import process from "node:process";
import * as g from "../../../src/compat/php/mod.ts";
import type { GearmanJob } from "../../../src/compat/php/mod.ts";

const [host, port] = process.argv.slice(2);
function say(what: string, ...values: unknown[]): void {
  console.log(`${what} ${JSON.stringify(values).replace(/H:[\w.-]+:\d+/g, "H:*")}`);
}
const made: g.GearmanWorker[] = [];
const create = (): g.GearmanWorker => {
  made.push(new g.GearmanWorker());
  return made.at(-1)!;
};

let w = create();
say("new", w.returnCode(), w.error(), w.getErrno(), w.options(), w.timeout());
say("no server", await w.work(), w.returnCode());
say("no server ping", await w.ping("x"), w.returnCode());
say("no server grab", await w.grabJob(), w.returnCode());
for (const bits of [4095, 0, 2]) say("setOptions", w.setOptions(bits), w.options(), w.timeout());
w = create();
for (const bits of [1, 2, 256]) say("addOptions", w.addOptions(bits), w.options(), w.timeout());
for (const bits of [2, 256]) say("removeOptions", w.removeOptions(bits), w.options(), w.timeout());
w = create();
say("setTimeout", w.setTimeout(5000), w.timeout(), w.options());
say("setId", w.setId("pair"), w.setId(""), w.setId("a b"));
say("addServer", await w.addServer(host, Number(port)), w.returnCode());
w = create();
say("addServers", await w.addServers(`${host}:${port}`));
say("no function", await w.work(), w.returnCode());
say("unregister none", w.unregister("none"), w.returnCode());
say("unregisterAll none", w.unregisterAll(), w.returnCode());
say("ping", await w.ping("there"), w.returnCode());
say("enable", await w.enableExceptionHandler());
say("not callable", w.addFunction("x", "nope" as never), w.returnCode());
say("empty name", w.addFunction("", () => {}), w.returnCode());
say("long name", w.register("f".repeat(513)), w.returnCode());
say("register", w.register("gone", 5000), w.unregister("gone"));
say("register", w.register("gone"), w.unregisterAll(), w.returnCode());
say(
  "work(0)",
  w.addFunction("ret", () => ""),
  w.setTimeout(0),
  await w.work(),
  w.returnCode(),
  w.setTimeout(5000),
);
w.unregister("ret");
say("grab none", w.register("grabbed"), await w.grabJob(), w.returnCode());
const c = new g.GearmanClient();
await c.addServer(host, Number(port));
w = create();
await w.addServer(host, Number(port));
w.register("grabbed");
await c.doBackground("grabbed", "taken", "grab 1");
let job = await w.grabJob() as GearmanJob;
say(
  "grabbed",
  w.returnCode(),
  job.functionName(),
  job.handle(),
  job.unique(),
  job.workload(),
  await job.sendData("part"),
  await job.sendComplete("done"),
  job.returnCode(),
);
job.__destruct();
w = create();
await w.addServer(host, Number(port));
w.addOptions(g.GEARMAN_WORKER_NON_BLOCKING);
w.addFunction("waited", () => "");
say("not yet", await w.work());
await c.doBackground("waited", "x", "wait 1");
say("wait", await w.wait(), w.returnCode());
while (!await w.work()) await w.wait();
say("waited", w.returnCode());
await w.__destruct();
await c.__destruct();
say("ready");

w = create();
w.setTimeout(60000);
await w.addServer(host, Number(port));
let on = true;
async function ret(job: GearmanJob, context: unknown): Promise<unknown> {
  const what = job.workload();
  say(
    "job",
    job.functionName(),
    job.handle(),
    job.unique(),
    what,
    job.workloadSize(),
    context,
    job.returnCode(),
  );
  switch (what) {
    case "text":
      return "text";
    case "int":
      return 42;
    case "zero":
      return 0;
    case "float":
      return 1.5;
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    case "array":
      return [1];
    case "events":
      say(
        "sent",
        await job.sendStatus(1, 3),
        await job.sendData("d1"),
        await job.sendWarning("w1"),
        await job.sendData("d2"),
        await job.sendStatus(-1, 4294967296),
      );
      return "end";
    case "complete":
      say("sent", await job.sendComplete("c"), await job.sendData("late"), job.returnCode());
      return "r";
    case "fail":
      say("sent", await job.sendFail());
      return "r";
    case "exception":
      say("sent", await job.sendException("boom"), await job.sendFail());
      return "r";
  }
  if (what.startsWith("set ")) {
    say("setReturn", job.setReturn(Number(what.slice(4))), job.returnCode());
    return "x";
  }
  if (what === "bad set") {
    say("setReturn", job.setReturn(99), job.returnCode());
    return "ok";
  }
  if (what === "stop") {
    on = false;
    return "stopped";
  }
}
w.addFunction("ret", ret, "ctx", 0);
while (on) say("work", await w.work(), w.returnCode());
job = new g.GearmanJob();
say(
  "shell",
  job.returnCode(),
  job.handle(),
  job.functionName(),
  job.unique(),
  job.workload(),
  job.workloadSize(),
  await job.sendData("x"),
  await job.sendWarning("x"),
  await job.sendStatus(1, 2),
  await job.sendComplete("x"),
  await job.sendException("x"),
  await job.sendFail(),
);
w = create();
await w.addServer("127.0.0.1", 1).catch((error) => say("dead throws", error.message, error.code));
w.addFunction("ret", ret);
say("dead", await w.work(), w.returnCode());
say("done");
await Promise.all(made.map((worker) => worker.__destruct()));
