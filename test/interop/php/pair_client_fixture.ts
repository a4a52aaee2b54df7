/** The calls of a client, line by line those of pair_client.php: HOST PORT. */
import process from "node:process";
import * as g from "../../../src/compat/php/mod.ts";
import type { GearmanTask } from "../../../src/compat/php/mod.ts";

const [host, port] = process.argv.slice(2);
function say(what: string, ...values: unknown[]): void {
  console.log(`${what} ${JSON.stringify(values).replace(/H:[\w.-]+:\d+/g, "H:*")}`);
}
// PHP's client comes back once; and it closes its links by itself.
const made: g.GearmanClient[] = [];
const create = (): g.GearmanClient => {
  made.push(new g.GearmanClient({ doCalls: "once" }));
  return made.at(-1)!;
};

let c = create();
say("new", c.returnCode(), c.error(), c.getErrno(), c.options(), c.timeout(), c.context());
say("no server", await c.doNormal("reverse", "x"), c.returnCode(), typeof c.error() === "string");
say("no server bg", await c.doBackground("reverse", "x"), c.returnCode());
say("no server status", await c.jobStatus("H:x:1"), c.returnCode());
say("no server ping", await c.ping("x"), c.returnCode());
say("no server wait", await c.wait(), c.returnCode());
for (const bits of [511, 0, 2, 8]) say("setOptions", c.setOptions(bits), c.options());
c = create();
for (const bits of [64, 1, 2, 8, 512]) say("addOptions", c.addOptions(bits), c.options());
for (const bits of [32, 2, 8, 64]) say("removeOptions", c.removeOptions(bits), c.options());
say("context", c.setContext("kept"), c.context());
c = create();
say("addServer", await c.addServer(host, Number(port)), c.returnCode());
say("enable", await c.enableExceptionHandler());
for (const f of ["reverse", "stream", "fail", "throw", "complete"]) {
  say(`doNormal ${f}`, await c.doNormal(f, "abc"), c.returnCode(), c.doStatus());
  say(`error ${f}`, c.returnCode() === g.GEARMAN_SUCCESS ? "" : c.error());
}
say("doHigh", await c.doHigh("reverse", "abc", "u1"), c.returnCode());
say("doLow", await c.doLow("reverse", "abc"), c.returnCode());
say("handle", c.doJobHandle());
say("empty name", await c.doNormal("", "x"), c.returnCode());
say("empty workload", await c.doNormal("reverse", ""), c.returnCode());
say("long name", await c.doNormal("f".repeat(513), "x"), c.returnCode());
say("long unique", await c.doBackground("reverse", "x", "u".repeat(65)), c.returnCode());
say("number", await c.doNormal("reverse", 123), await c.doNormal("reverse", 1.5));
const binary = String.fromCharCode(...Array(128).keys());
say("large", (await c.doNormal("echo", binary.repeat(4096))).length, c.returnCode());
const h = await c.doBackground("nobody", "x", "pair");
say("doBackground", h, c.returnCode(), c.doJobHandle() === h);
say("doHighBackground", await c.doHighBackground("nobody", "x", "pair-h"), c.returnCode());
say("doLowBackground", await c.doLowBackground("nobody", "x", "pair-l"), c.returnCode());
say("jobStatus", await c.jobStatus(h), c.returnCode());
say("unknown", await c.jobStatus("H:none:1"), c.returnCode());
say("ping", await c.ping("there"), c.returnCode());
say("empty ping", await c.ping(""), c.returnCode());
c.setTimeout(50);
say("timeout", c.timeout(), await c.doNormal("nobody", "x"), c.returnCode());
// Another one, and a job that has been taken: an answer that is still to come would end the wait.
c = create();
await c.addServer(host, Number(port));
c.addOptions(g.GEARMAN_CLIENT_NON_BLOCKING);
let taken = false;
c.setCreatedCallback(() => void (taken = true));
c.addTask("nobody", "x");
while (await c.runTasks() && !taken) await c.wait();
c.setTimeout(50);
say("wait", await c.wait(), c.returnCode());

c = create();
await c.addServers(`${host}:${port}`);
say("not callable", c.setDataCallback("nope" as never), c.returnCode());
const told = (kind: string) => (t: GearmanTask, context: unknown = null): void => {
  say(
    `  ${kind}`,
    t.functionName(),
    t.unique(),
    t.jobHandle(),
    t.isKnown(),
    t.isRunning(),
    t.taskNumerator(),
    t.taskDenominator(),
    t.data(),
    t.dataSize(),
    context,
    t.returnCode(),
  );
};
say("setWorkload", c.setWorkloadCallback(told("workload")));
say("setCreated", c.setCreatedCallback(told("created")));
say("setData", c.setDataCallback(told("data")));
say("setWarning", c.setWarningCallback(told("warning")));
say("setStatus", c.setStatusCallback(told("status")));
say("setComplete", c.setCompleteCallback(told("complete")));
say("setException", await c.setExceptionCallback(told("exception")));
say("setFail", c.setFailCallback(told("fail")));
for (const f of ["stream", "fail", "throw", "complete"]) {
  const t = c.addTask(f, "abc", `ctx ${f}`, `key ${f}`) as GearmanTask;
  say(`addTask ${f}`, t.functionName(), t.unique(), t.jobHandle(), t.isKnown());
  say("runTasks", await c.runTasks(), c.returnCode(), t.functionName(), t.returnCode(), t.data());
}
// Whether the first ends before the last is created is a matter of time: each order by itself.
const created: unknown[] = [];
const complete: unknown[] = [];
c.setCreatedCallback((t) => void created.push(t.unique()));
c.setCompleteCallback((t) => void complete.push(t.unique()));
for (const n of ["1", "2", "3"]) c.addTask("reverse", n, null, `k${n}`);
say("three", await c.runTasks(), c.returnCode(), created, complete);
c.setCreatedCallback(told("created"));
c.setCompleteCallback(told("complete"));
c.addTaskLow("reverse", "low", null, "kl");
say("low", await c.runTasks());
c.addTaskHigh("reverse", "high", null, "kh");
say("high", await c.runTasks());
c.addTaskBackground("nobody", "x", "ctx", "kbg");
say("addTaskBackground", await c.runTasks(), c.returnCode());
c.addTaskHighBackground("nobody", "x", "ctx", "kbgh");
say("addTaskHighBackground", await c.runTasks(), c.returnCode());
c.addTaskLowBackground("nobody", "x", "ctx", "kbgl");
say("addTaskLowBackground", await c.runTasks(), c.returnCode());
c.addTaskStatus(h, "asked");
say("addTaskStatus", await c.runTasks(), c.returnCode());
say("nothing", await c.runTasks(), c.returnCode());
say("empty task", c.addTask("reverse", ""), c.returnCode());
say("long key", c.addTask("reverse", "x", null, "u".repeat(65)), c.returnCode());
say("clear", c.clearCallbacks());
c.removeOptions(g.GEARMAN_CLIENT_FREE_TASKS);
const kept = c.addTask("reverse", "kept", null, "kept") as GearmanTask;
say(
  "kept",
  await c.runTasks(),
  kept.functionName(),
  kept.unique(),
  kept.data(),
  kept.dataSize(),
);
let pauses = 0;
c.setCompleteCallback(() => pauses++ === 0 ? g.GEARMAN_PAUSE : g.GEARMAN_SUCCESS);
c.addTask("reverse", "pause", null, "kp");
say("pause", await c.runTasks(), c.returnCode(), pauses);
say("resume", await c.runTasks(), c.returnCode(), pauses);
c.setCompleteCallback(() => 9999);
c.addTask("reverse", "odd", null, "ko");
say("odd", await c.runTasks(), c.returnCode());
c.setCompleteCallback(() => {
  throw new Error("from a callback");
});
say("odd again", await c.runTasks().catch((error) => error.message));
say("after a throw", await c.runTasks(), c.returnCode());
c = create();
await c.addServer(host, Number(port));
c.addOptions(g.GEARMAN_CLIENT_UNBUFFERED_RESULT);
c.setCompleteCallback((t) => {
  say("  unbuffered", t.data(), t.dataSize());
  for (let got; (got = t.recvData(4)) && got[0] > 0;) say("  recvData", got);
  say("  recvData", t.recvData(4));
});
c.addTask("reverse", "unbuffered", null, "kb");
say("recv", await c.runTasks(), c.returnCode());
c = create();
await c.addServer(host, Number(port));
c.addOptions(g.GEARMAN_CLIENT_NON_BLOCKING);
let seen: string | false = "";
c.setCompleteCallback((t) => {
  seen = t.data();
});
c.addTask("reverse", "later", null, "kn");
let code: number;
do {
  await c.runTasks();
  code = c.returnCode();
  if (code === g.GEARMAN_IO_WAIT) await c.wait();
} while (code === g.GEARMAN_IO_WAIT);
say("non-blocking", code, seen);
const t = new g.GearmanTask();
say(
  "shell",
  t.returnCode(),
  t.functionName(),
  t.unique(),
  t.jobHandle(),
  t.isKnown(),
  t.isRunning(),
  t.taskNumerator(),
  t.taskDenominator(),
  t.data(),
  t.dataSize(),
  t.recvData(1),
  t.sendWorkload("x"),
);
c = create();
const isAdded = await c.addServer("127.0.0.1", 1, false);
say("dead", isAdded, await c.doBackground("reverse", "x"), c.returnCode());
say("dead status", await c.jobStatus("H:x:1"), c.returnCode());
await c.addServer("127.0.0.1", 1).catch((error) => say("dead throws", error.message, error.code));
c = create();
await c.addServer(host, Number(port));
say(
  "by unique",
  await c.jobStatusByUniqueKey("pair"),
  await c.jobStatusByUniqueKey("none"),
  c.returnCode(),
);
await c.__destruct();
for (const level of [0, 1, 2, 3, 4, 5, 6]) say("verbose", g.gearman_verbose_name(level));
say("done");
await Promise.all(made.map((client) => client.__destruct()));
