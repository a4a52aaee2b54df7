/** Submissions, assignments and reports, as the engine answers them. */
import { assertEquals, test } from "../_harness/mod.ts";
import { Scene } from "./scene.ts";

test("Engine carries a foreground job from client to worker and back", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "rev", "u1", "abc").gets("JOB_CREATED H:t:1");
  const worker = scene.worker("rev").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|rev|abc");
  worker.sends("WORK_DATA", "H:t:1", "c").sends("WORK_WARNING", "H:t:1", "w");
  worker.sends("WORK_STATUS", "H:t:1", "1", "2").sends("WORK_COMPLETE", "H:t:1", "cba").gets();
  client.gets(
    "WORK_DATA H:t:1|c",
    "WORK_WARNING H:t:1|w",
    "WORK_STATUS H:t:1|1|2",
    "WORK_COMPLETE H:t:1|cba",
  );
  worker.sends("WORK_COMPLETE", "H:t:1", "").gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
  );
});

test("Engine sends reports of background jobs to nobody", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f");
  for (const command of ["SUBMIT_JOB_BG", "SUBMIT_JOB_HIGH_BG", "SUBMIT_JOB_LOW_BG"] as const) {
    client.sends(command, "f", "", "w");
  }
  client.gets("JOB_CREATED H:t:1", "JOB_CREATED H:t:2", "JOB_CREATED H:t:3");
  for (const number of [2, 1, 3]) {
    worker.sends("GRAB_JOB").gets(`JOB_ASSIGN H:t:${number}|f|w`);
    worker.sends("WORK_DATA", `H:t:${number}`, "d").sends("WORK_COMPLETE", `H:t:${number}`, "r");
  }
  worker.gets();
  client.gets();
});

test("Engine relays a report verbatim, NULs and emptiness included", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "a\0b");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|a\\0b");
  worker.sends("WORK_STATUS", "H:t:1", "-1", "abc\0").sends("WORK_COMPLETE", "H:t:1", "");
  client.gets("JOB_CREATED H:t:1", "WORK_STATUS H:t:1|-1|abc\\0", "WORK_COMPLETE H:t:1|");
});

test("Engine serves high before normal before low, and each first in, first out", () => {
  const scene = new Scene();
  const client = scene.peer();
  client.sends("SUBMIT_JOB_LOW", "f", "", "l1").sends("SUBMIT_JOB_LOW_BG", "f", "", "l2");
  client.sends("SUBMIT_JOB", "f", "", "n1").sends("SUBMIT_JOB_BG", "f", "", "n2");
  client.sends("SUBMIT_JOB_HIGH_BG", "f", "", "h1").sends("SUBMIT_JOB_HIGH", "f", "", "h2");
  const worker = scene.worker("f");
  for (let i = 0; i < 7; i++) worker.sends("GRAB_JOB");
  assertEquals(worker.got().map((line) => line.split("|").pop()), [
    "h1",
    "h2",
    "n1",
    "n2",
    "l1",
    "l2",
    "NO_JOB",
  ]);
});

test("Engine serves the latest ability first, whatever the priority", () => {
  const scene = new Scene();
  scene.peer().sends("SUBMIT_JOB_HIGH_BG", "first", "", "").sends(
    "SUBMIT_JOB_LOW_BG",
    "last",
    "",
    "",
  );
  scene.worker("first", "last").sends("GRAB_JOB").sends("GRAB_JOB").gets(
    "JOB_ASSIGN H:t:2|last|",
    "JOB_ASSIGN H:t:1|first|",
  );
});

test("Engine answers each kind of grab in its shape", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f");
  for (
    const [grab, plain, reduce] of [
      ["GRAB_JOB", "JOB_ASSIGN H:t:1|f|w", "JOB_ASSIGN H:t:2|f|w"],
      ["GRAB_JOB_UNIQ", "JOB_ASSIGN_UNIQ H:t:3|f|u|w", "JOB_ASSIGN_UNIQ H:t:4|f|v|w"],
      ["GRAB_JOB_ALL", "JOB_ASSIGN_UNIQ H:t:5|f|u|w", "JOB_ASSIGN_ALL H:t:6|f|v|red|w"],
    ] as const
  ) {
    worker.sends(grab).gets("NO_JOB");
    client.sends("SUBMIT_JOB", "f", "u", "w").sends("SUBMIT_REDUCE_JOB", "f", "v", "red", "", "w");
    worker.sends(grab).sends(grab).gets(plain, reduce);
    for (const job of client.got()) worker.sends("WORK_FAIL", job.replace("JOB_CREATED ", ""));
    client.got();
  }
});

test("Engine keeps reduce jobs in the background, and takes an empty reducer for none", () => {
  const scene = new Scene();
  const client = scene.peer();
  client.sends("SUBMIT_REDUCE_JOB_BACKGROUND", "f", "v", "red", "ignored", "w").got();
  client.sends("SUBMIT_REDUCE_JOB_BACKGROUND", "f", "u", "", "", "w").got();
  client.leaves();
  scene.worker("f").sends("GRAB_JOB_ALL").sends("GRAB_JOB_ALL").gets(
    "JOB_ASSIGN_ALL H:t:1|f|v|red|w",
    "JOB_ASSIGN_UNIQ H:t:2|f|u|w",
  );
});

test("Engine lets a worker hold many jobs and finish them in any order", () => {
  const scene = new Scene();
  const client = scene.peer();
  const worker = scene.worker("f");
  for (const workload of ["a", "b", "c"]) client.sends("SUBMIT_JOB", "f", "", workload);
  client.got();
  worker.sends("GRAB_JOB").sends("GRAB_JOB").sends("GRAB_JOB");
  worker.sends("WORK_COMPLETE", "H:t:3", "C").sends("WORK_COMPLETE", "H:t:1", "A");
  client.gets("WORK_COMPLETE H:t:3|C", "WORK_COMPLETE H:t:1|A");
});

test("Engine takes reports from the job's own connection only", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "").gets("JOB_CREATED H:t:1");
  const thief = scene.worker("f");
  const refused = () => {
    thief.sends("WORK_STATUS", "H:t:1", "1", "2").sends("WORK_COMPLETE", "H:t:1", "");
    thief.sends("WORK_FAIL", "H:t:1").sends("WORK_DATA", "H:t:1", "").sends(
      "WORK_WARNING",
      "H:t:1",
      "",
    );
    thief.sends("WORK_EXCEPTION", "H:t:1", "");
    thief.gets(
      "ERROR JOB_NOT_FOUND|Job given in work result not found",
      "ERROR JOB_NOT_FOUND|Job given in work result not found",
      "ERROR JOB_NOT_FOUND|Job given in work result not found",
      "ERROR JOB_NOT_FOUND|Job does not exist on server",
      "ERROR JOB_NOT_FOUND|Job does not exist on server",
      "ERROR JOB_NOT_FOUND|An exception was received for a job that does not exist",
    );
  };
  refused();
  scene.worker("f").sends("GRAB_JOB");
  refused();
  client.gets();
});

test("Engine fails a job without a NUL after the handle, though the worker sent one", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB", "f", "", "");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_FAIL", "H:t:1\0").gets("JOB_ASSIGN H:t:1|f|");
  client.gets("JOB_CREATED H:t:1", "WORK_FAIL H:t:1");
});

test("Engine refuses WORK_FAIL for a handle of 64 bytes as gearmand does", () => {
  const scene = new Scene();
  scene.peer().sends("WORK_FAIL", "x".repeat(63)).sends("WORK_FAIL", "x".repeat(64)).gets(
    "ERROR JOB_NOT_FOUND|Job given in work result not found",
    "ERROR ARGUMENT_TOO_LARGE|Error occurred due to GEARMAND_JOB_HANDLE_SIZE being too small from snprintf",
  );
});

test("Engine sends exceptions to those who asked, and a failure to the others", () => {
  const scene = new Scene();
  const asked = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  const others = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  const worker = scene.worker("f").sends("GRAB_JOB").gets("JOB_ASSIGN H:t:1|f|");
  asked.sends("OPTION_REQ", "EXCEPTIONS\0").gets("JOB_CREATED H:t:1", "OPTION_RES EXCEPTIONS\\0");
  worker.sends("WORK_EXCEPTION", "H:t:1", "boom").gets();
  asked.gets("WORK_EXCEPTION H:t:1|boom");
  others.gets("JOB_CREATED H:t:1", "WORK_FAIL H:t:1");
  worker.sends("WORK_FAIL", "H:t:1").gets("ERROR JOB_NOT_FOUND|Job given in work result not found");
});

test("Engine refuses options it does not know", () => {
  const unknown = "ERROR UNKNOWN_OPTION|Server does not recognize given option";
  new Scene().peer().sends("OPTION_REQ", "exception").sends("OPTION_REQ", "").sends(
    "OPTION_REQ",
    `exceptions${"\0".repeat(54)}`,
  ).gets(unknown, unknown, unknown);
});

test("Engine refuses uniques of 64 bytes and reducers of 65", () => {
  const scene = new Scene();
  const client = scene.peer();
  const refusal = "ERROR ARGUMENT_TOO_LARGE|Unique value too large";
  client.sends("SUBMIT_JOB", "f", "u".repeat(63), "").gets("JOB_CREATED H:t:1");
  client.sends("SUBMIT_JOB", "g", "u".repeat(64), "").gets(refusal);
  client.sends("SUBMIT_REDUCE_JOB", "f", "u".repeat(64), "r", "", "").gets(refusal);
  client.sends("SUBMIT_REDUCE_JOB", "f", "", "r".repeat(65), "", "").gets(refusal);
  client.sends("SUBMIT_REDUCE_JOB", "f", "", "r".repeat(64), "", "").gets("JOB_CREATED H:t:2");
  client.says("status").gets("f\t2\t0\t0\n.\n");
});

test("Engine answers GET_STATUS through the life of a job", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "u", "").gets("JOB_CREATED H:t:1");
  const asks = (...expected: string[]) => {
    client.sends("GET_STATUS", "H:t:1").sends("GET_STATUS_UNIQUE", "u").gets(...expected);
  };
  asks("STATUS_RES H:t:1|1|0|0|0", "STATUS_RES_UNIQUE u|1|0|0|0|0");
  const worker = scene.worker("f").sends("GRAB_JOB");
  asks("STATUS_RES H:t:1|1|1|0|0", "STATUS_RES_UNIQUE u|1|1|0|0|0");
  worker.sends("WORK_STATUS", "H:t:1", "3", "10");
  asks("STATUS_RES H:t:1|1|1|3|10", "STATUS_RES_UNIQUE u|1|1|3|10|0");
  worker.leaves();
  asks("STATUS_RES H:t:1|1|0|0|0", "STATUS_RES_UNIQUE u|1|0|0|0|0");
  scene.worker("f").sends("GRAB_JOB").sends("WORK_COMPLETE", "H:t:1", "");
  asks("STATUS_RES H:t:1|0|0|0|0", "STATUS_RES_UNIQUE u|0|0|0|0|0");
});

test("Engine keeps the numbers of WORK_STATUS as C's atoi reads them", () => {
  const scene = new Scene();
  const client = scene.peer().sends("SUBMIT_JOB_BG", "f", "", "");
  const worker = scene.worker("f").sends("GRAB_JOB");
  client.got();
  for (
    const [numerator, denominator, shown] of [
      ["-1", "abc", "4294967295|0"],
      ["1.5", " 7", "1|7"],
      ["", "4294967296", "0|0"],
      ["99999999999999999999", "+5", "4294967295|5"],
      ["4294967297", "-4294967295", "1|1"],
      [`-${"9".repeat(30)}`, `${"0".repeat(30)}7`, "0|7"],
    ]
  ) {
    worker.sends("WORK_STATUS", "H:t:1", numerator, denominator);
    client.sends("GET_STATUS", "H:t:1").gets(`STATUS_RES H:t:1|1|1|${shown}`);
  }
});

test("Engine answers status requests it cannot match, ends them at a NUL, and never stays silent", () => {
  const long = "x".repeat(200);
  new Scene().peer().sends("GET_STATUS", "H:t:1\0junk").sends("GET_STATUS", long)
    .sends("GET_STATUS_UNIQUE", long).sends("GET_STATUS_UNIQUE", "").gets(
      "STATUS_RES H:t:1|0|0|0|0",
      `STATUS_RES ${long}|0|0|0|0`,
      `STATUS_RES_UNIQUE ${long}|0|0|0|0|0`,
      "STATUS_RES_UNIQUE |0|0|0|0|0",
    );
});

test("Engine knows a handle by all of its bytes", () => {
  const peer = new Scene().peer().sends("SUBMIT_JOB_BG", "f", "", "").gets("JOB_CREATED H:t:1");
  peer.sends("GET_STATUS", "H:t:1").gets("STATUS_RES H:t:1|1|0|0|0");
  const others = ["H:t:01", "H:t:1 ", "H:t:1x", "H:t:+1", "H:t:2", "H:t:", "H:t", "H:u:1", "1", ""];
  for (const other of [...others, `H:t:1${"0".repeat(400)}`]) {
    peer.sends("GET_STATUS", other).gets(`STATUS_RES ${other}|0|0|0|0`);
  }
});

test("Engine counts the foreground clients in STATUS_RES_UNIQUE", () => {
  const scene = new Scene();
  const first = scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  scene.peer().sends("SUBMIT_JOB", "f", "u", "");
  first.sends("GET_STATUS_UNIQUE", "u").gets("JOB_CREATED H:t:1", "STATUS_RES_UNIQUE u|1|0|0|0|2");
});

test("Engine echoes bytes", () => {
  new Scene().peer().sends("ECHO_REQ", "a\0b\n").sends("ECHO_REQ", "").gets(
    "ECHO_RES a\\0b\n",
    "ECHO_RES ",
  );
});

test("Engine refuses what a server sends, ALL_YOURS and type 5", () => {
  const scene = new Scene();
  const peer = scene.peer();
  for (const type of [5, 6, 8, 10, 11, 17, 19, 20, 24, 27, 31, 40, 42]) {
    peer.sendsRaw(type, []).gets("ERROR INVALID_COMMAND|Command not expected");
  }
});

test("Engine refuses packets with the magic of a response", () => {
  new Scene().peer().sendsRaw(16, ["x"], true).sendsRaw(5, [], true).gets(
    "ERROR INVALID_MAGIC|Request magic expected",
    "ERROR INVALID_MAGIC|Request magic expected",
  );
});

test("Engine numbers handles on its prefix, which must leave room for the number", () => {
  const scene = new Scene();
  const client = scene.peer();
  for (let i = 1; i <= 3; i++) {
    client.sends("SUBMIT_JOB_BG", "f", "", "").gets(`JOB_CREATED H:t:${i}`);
  }
});
