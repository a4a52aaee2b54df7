/** The text commands, as the engine answers them. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Scene } from "./scene.ts";

test("status counts waiting and running jobs, and registrations", () => {
  const scene = new Scene();
  const client = scene.peer().says("status").gets(".\n");
  client.sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_BG", "f", "", "").got();
  scene.worker("g", "f").sends("GRAB_JOB");
  client.says("STATUS and more words").gets("f\t2\t1\t1\ng\t0\t0\t1\n.\n");
});

test("prioritystatus counts what waits in each lane", () => {
  const scene = new Scene();
  const client = scene.peer();
  client.sends("SUBMIT_JOB_HIGH_BG", "f", "", "").sends("SUBMIT_JOB_BG", "f", "", "");
  client.sends("SUBMIT_JOB_BG", "f", "", "").sends("SUBMIT_JOB_LOW_BG", "f", "", "").got();
  scene.worker("f").sends("GRAB_JOB");
  client.says("prioritystatus").gets("f\t0\t2\t1\t1\n.\n");
});

test("workers lists every connection, the latest ability first", () => {
  const scene = new Scene();
  scene.worker("f1", "f2", "f3", "f1").sends("SET_CLIENT_ID", "worker-1");
  scene.worker("f").sends("SET_CLIENT_ID", "id with spaces");
  scene.peer().sends("SET_CLIENT_ID", "");
  scene.peer().leaves();
  scene.peer().says("workers").gets(
    "1 10.0.0.1 worker-1 : f1 f3 f2 f1\n" +
      "2 10.0.0.1 id with spaces : f\n" +
      "3 10.0.0.1  :\n" +
      "5 10.0.0.1 - :\n" +
      ".\n",
  );
});

test("workers shows 127 bytes of an id, up to a NUL", () => {
  const scene = new Scene();
  const peer = scene.peer().sends("SET_CLIENT_ID", "x".repeat(200)).says("workers");
  peer.gets(`1 10.0.0.1 ${"x".repeat(127)} :\n.\n`);
  peer.sends("SET_CLIENT_ID", "a\0b").says("workers").gets("1 10.0.0.1 a :\n.\n");
});

test("version says which server it is", () => {
  new Scene().peer().says("Version x").gets("OK 0.0.0\n");
});

test("show jobs lists handle, retries, whether ignored and whether in the background", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB", "f", "u1", "").leaves();
  scene.peer().sends("SUBMIT_JOB_BG", "g", "", "");
  scene.worker("g").sends("GRAB_JOB").leaves();
  const peer = scene.peer().sends("SUBMIT_JOB", "g", "u3", "").gets("JOB_CREATED H:t:3");
  peer.says("show jobs").gets("H:t:1\t0\t1\t0\nH:t:2\t1\t0\t1\nH:t:3\t0\t0\t0\n.\n");
  peer.says("SHOW Unique JOBS").gets("u1\n\nu3\n.\n");
});

test("show refuses what it cannot show", () => {
  const peer = new Scene().peer();
  peer.says("show").gets("ERR UNKNOWN_COMMAND Unknown+server+commandshow\r\n");
  for (const line of ["show it", "show unique", "show jobs x", "show unique jobs x"]) {
    peer.says(line).gets("ERR UNKNOWN_SHOW_ARGUMENTS\r\n");
  }
});

test("maxqueue limits a function's jobs, waiting and running, by priority", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  client.says("maxqueue f 1").gets("OK\r\n");
  scene.worker("f").sends("GRAB_JOB");
  const full = "ERROR QUEUE_ERROR|Job queue is full";
  client.sends("SUBMIT_JOB_HIGH", "f", "", "").sends("SUBMIT_JOB_LOW", "f", "", "").gets(
    full,
    full,
  );
  client.sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  client.says("maxqueue f 3 1").gets("OK\r\n");
  client.sends("SUBMIT_JOB_HIGH", "f", "", "").sends("SUBMIT_JOB", "f", "", "");
  client.sends("SUBMIT_JOB_LOW", "f", "", "").gets("JOB_CREATED H:t:2", full, "JOB_CREATED H:t:3");
  client.says("maxqueue f").gets("OK\r\n").sends("SUBMIT_JOB", "f", "", "").gets(
    "JOB_CREATED H:t:4",
  );
  client.says("maxqueue f -1 x 0").gets("OK\r\n").sends("SUBMIT_JOB", "f", "", "")
    .gets("JOB_CREATED H:t:5");
  client.says("maxqueue unknown 1").gets("OK\r\n").says("maxqueue").gets(
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+maxqueue\r\n",
  );
});

test("drop function forgets it, and whoever names it next makes another", () => {
  const peer = new Scene().peer().sends("CAN_DO", "f").sends("CANT_DO", "f");
  peer.says("drop function f").gets("OK\r\n").says("status").gets(".\n");
  peer.sends("SUBMIT_JOB_BG", "f", "", "").gets("JOB_CREATED H:t:1");
  peer.says("status").gets("f\t1\t0\t0\n.\n");
});

test("create function makes one, and again", () => {
  const peer = new Scene().peer().says("create function fn").says("CREATE Function fn");
  peer.gets("OK\r\n", "OK\r\n").says("status").gets("fn\t0\t0\t0\n.\n");
  const refusal =
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+create\r\n";
  for (const line of ["create", "create function", "create x fn", "create function a b"]) {
    peer.says(line).gets(refusal);
  }
});

test("drop function fails the jobs that wait, and refuses while a worker is there", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:1");
  const worker = scene.worker("f").says("drop function f");
  worker.gets("ERR there are still connected workers or executing clients\r\n").leaves();
  client.says("drop function f").gets("WORK_FAIL H:t:1", "OK\r\n").says("status").gets(".\n");
  client.sends("GET_STATUS", "H:t:1").gets("STATUS_RES H:t:1|0|0|0|0");
  client.says("drop function f").gets("ERR function not found\r\n");
  client.says("drop f").gets(
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+drop\r\n",
  );
});

test("cancel job fails a waiting job once and frees its unique", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "u", "old").gets("JOB_CREATED H:t:1");
  client.says("cancel job H:t:1").says("cancel job H:t:1").gets(
    "WORK_FAIL H:t:1",
    "OK\r\n",
    "OK\r\n",
  );
  client.sends("GET_STATUS", "H:t:1").gets("STATUS_RES H:t:1|1|0|0|0");
  client.sends("SUBMIT_JOB", "f", "u", "new").gets("JOB_CREATED H:t:2");
  scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|f|new");
  client.sends("SUBMIT_JOB", "f", "u", "").gets("JOB_CREATED H:t:2");
  client.says("cancel job H:t:1").gets("ERR UNKNOWN_JOB\r\n");
});

test("cancel job takes a running job from its worker", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "").gets("JOB_CREATED H:t:1");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|");
  client.says("cancel job H:t:1").gets("WORK_FAIL H:t:1", "OK\r\n");
  worker.sends("WORK_DATA", "H:t:1", "d").gets("ERROR JOB_NOT_FOUND|Job does not exist on server");
  client.gets().says("status").gets("f\t0\t0\t1\n.\n");
});

test("cancel job of a background or delayed job drops it", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  client.sends("SUBMIT_JOB_EPOCH", "f", "", `${scene.now / 1000 + 9}`, "").got();
  client.says("cancel job H:t:1").says("cancel job H:t:2").gets("OK\r\n", "OK\r\n");
  scene.worker("f").sends("GRAB_JOB").says("status").gets("NO_JOB", "f\t0\t0\t1\n.\n");
  client.says("cancel x y").says("cancel job").gets(
    "ERR UNKNOWN_ERROR\r\n",
    "ERR UNKNOWN_COMMAND Unknown+server+commandcancel\r\n",
  );
});

test("unknown commands are told so, with the word as it came", () => {
  const peer = new Scene().peer();
  peer.says("BoGus arg").gets("ERR UNKNOWN_COMMAND Unknown+server+commandBoGus\r\n");
  peer.says("").says(" status").gets(
    "ERR UNKNOWN_COMMAND Unknown+server+command\r\n",
    "ERR UNKNOWN_COMMAND Unknown+server+command\r\n",
  );
});

test("getpid and verbose say what the server was told to say", () => {
  new Scene({ pid: 4711, logLevel: "DEBUG" }).peer().says("getpid x").says("Verbose").gets(
    "OK 4711\n",
    "OK DEBUG\n",
  );
  new Scene().peer().says("getpid").says("verbose").gets("OK 0\n", "OK ERROR\n");
});

test("shutdown is unknown unless the server is told what to do", () => {
  new Scene().peer().says("shutdown").says("Shutdown graceful").gets(
    "ERR UNKNOWN_COMMAND Unknown+server+commandshutdown\r\n",
    "ERR UNKNOWN_COMMAND Unknown+server+commandShutdown\r\n",
  );
  const asked: string[] = [];
  const peer = new Scene({ shutdown: (how) => asked.push(how) }).peer();
  peer.says("shutdown").says("SHUTDOWN Graceful").gets("OK\r\n", "OK\r\n");
  peer.says("shutdown slowly").says("shutdown graceful now").gets(
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+shutdown\r\n",
    "ERR INVALID_ARGUMENTS An+incomplete+set+of+arguments+was+sent+to+this+command+shutdown\r\n",
  );
  assertEquals(asked, ["now", "graceful"]);
});

test("names and ids keep their bytes in the text protocol, up to a NUL", () => {
  const scene = new Scene();
  const bytes = Uint8Array.of(0x66, 0xe4, 0xff);
  const peer = scene.peer().sends("CAN_DO", bytes).sends("CAN_DO", "g\0h").sends(
    "SET_CLIENT_ID",
    bytes,
  );
  peer.sends("SUBMIT_JOB_BG", bytes, bytes, "").got();
  peer.says("status").gets("f\xe4\xff\t1\t0\t1\ng\t0\t0\t1\n.\n");
  peer.says("workers").gets("1 10.0.0.1 f\xe4\xff : g f\xe4\xff\n.\n");
  peer.says("show unique jobs").gets("f\xe4\xff\n.\n");
  peer.says("b\xe4").gets("ERR UNKNOWN_COMMAND Unknown+server+commandb\xe4\r\n");
  peer.says("create function \xe5").gets("OK\r\n").says("drop function \xe5").gets("OK\r\n");
  peer.says("drop function \xe5").gets("ERR function not found\r\n");
});

test("a NUL ends a word", () => {
  new Scene().peer().says("create function a\0b").says("stat\0us").says("status\0 x")
    .gets(
      "OK\r\n",
      "ERR UNKNOWN_COMMAND Unknown+server+commandstat\r\n",
      "a\t0\t0\t0\n.\n",
    );
});

test("drop function takes the very name first, then one in another case", () => {
  const peer = new Scene().peer().says("create function Fn").says("create function fN");
  peer.says("drop function fN").says("drop function FN").says("drop function FN").gets(
    "OK\r\n",
    "OK\r\n",
    "OK\r\n",
    "OK\r\n",
    "ERR function not found\r\n",
  );
});
