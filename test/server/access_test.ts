/** Who may do what: what the engine asks, what the rules answer, and what a refused peer gets. */
import {
  type AccessRule,
  accessRules,
  type Authorize,
  JobServer,
  type PeerAction,
  type PeerIdentity,
} from "../../src/server/mod.ts";
import { arityOf, type CommandName, COMMANDS } from "../../src/protocol/mod.ts";
import { memoryNetwork } from "../../src/sockets/memory.ts";
import type { PeerCertificate } from "../../src/sockets/socket.ts";
import {
  assertEquals,
  assertRejects,
  assertThrows,
  test,
  type TestContext,
} from "../_harness/mod.ts";
import { type HandClock, handClock } from "../_harness/hand_clock.ts";
import { CLOSED, RawPeer, request } from "./raw_peer.ts";
import { Scene } from "./scene.ts";

/** An answer for each action, and what was asked. */
function asked(may: (action: PeerAction) => boolean) {
  const questions: string[] = [];
  return {
    questions,
    may: (action: PeerAction) => {
      const [type, what] = Object.values(action);
      questions.push(`${type} ${what}`);
      return may(action);
    },
  };
}

test("Engine refuses submissions of every kind to who may not submit, and makes no function of them", () => {
  const scene = new Scene();
  const stranger = scene.peer(() => false);
  const error = 'ERROR ACCESS_DENIED|This connection may not submit jobs of "f"';
  const names = Object.keys(COMMANDS) as CommandName[];
  const submissions = names.filter((name) => name.startsWith("SUBMIT_"));
  assertEquals(submissions.length, 10);
  for (const name of submissions) {
    const rest = Array<string>(arityOf(COMMANDS[name]) - 1).fill("1");
    stranger.sends(name, "f", ...rest).gets(error);
  }
  scene.peer().says("status").gets(".\n");
  // What is no request of a job is answered as ever.
  stranger.sends("ECHO_REQ", "x").gets("ECHO_RES x");
  stranger.sends("GET_STATUS", "H:t:1").gets("STATUS_RES H:t:1|0|0|0|0");
});

test("Engine asks about a job's reducer, too", () => {
  const scene = new Scene();
  const client = scene.peer((action) => "functionName" in action && action.functionName === "f");
  const error = 'ERROR ACCESS_DENIED|This connection may not submit jobs of "sum"';
  for (const name of ["SUBMIT_REDUCE_JOB", "SUBMIT_REDUCE_JOB_BACKGROUND"] as const) {
    client.sends(name, "f", "", "sum", "w").gets(error);
    client.sends(name, "f", "", "f", "w").sends(name, "f", "", "", "w");
    assertEquals(client.got().map((line) => line.split(" ")[0]), ["JOB_CREATED", "JOB_CREATED"]);
  }
});

test("Engine registers no ability of who may not work, and leaves it the others", () => {
  const scene = new Scene();
  const worker = scene.peer((action) => "functionName" in action && action.functionName === "a");
  worker.sends("CAN_DO", "a").sends("CAN_DO", "b").sends("CAN_DO_TIMEOUT", "c", "1000");
  worker.gets(
    'ERROR ACCESS_DENIED|This connection may not work on "b"',
    'ERROR ACCESS_DENIED|This connection may not work on "c"',
  );
  const client = scene.peer();
  client.sends("SUBMIT_JOB_BG", "b", "", "").sends("SUBMIT_JOB_BG", "a", "", "").got();
  worker.sends("GRAB_JOB").gets("JOB_ASSIGN H:t:2|a|");
  worker.sends("GRAB_JOB").gets("NO_JOB");
  worker.sends("CANT_DO", "b").gets();
});

test("Engine asks once for each function and use, also of one that it does not know", () => {
  const scene = new Scene();
  const { questions, may } = asked(() => true);
  const peer = scene.peer(may);
  for (let i = 0; i < 3; i++) peer.sends("SUBMIT_JOB_BG", "f", "", "").sends("CAN_DO", "f");
  assertEquals(questions, ["submit f", "work f"]);
  peer.sends("RESET_ABILITIES");
  scene.peer().says("drop function f").gets("OK\r\n");
  peer.sends("SUBMIT_JOB_BG", "f", "", "");
  assertEquals(questions.length, 2);
  const other = asked(() => false);
  const refused = scene.peer(other.may);
  for (const fn of ["f", "f", "g", "g"]) refused.sends("SUBMIT_JOB_BG", fn, "", "");
  assertEquals(other.questions, ["submit f", "submit g"]);
});

test("Engine remembers a limited number of answers", () => {
  const scene = new Scene();
  const { questions, may } = asked(() => true);
  const peer = scene.peer(may);
  const names = Array.from({ length: 1025 }, (_, i) => `f${i}`);
  for (const name of names) scene.worker(name).leaves();
  for (const name of [...names, "f1024", "f0"]) peer.sends("SUBMIT_JOB_BG", name, "", "");
  assertEquals(questions.length, 1026);
  const long = "x".repeat(257);
  peer.sends("SUBMIT_JOB_BG", long, "", "").sends("SUBMIT_JOB_BG", long, "", "");
  assertEquals(questions.length, 1028);
});

test("Engine asks before each text command but version, and answers ERR", () => {
  const scene = new Scene();
  const { questions, may } = asked(() => false);
  const peer = scene.peer(may);
  peer.says("version").gets("OK 0.0.0\n");
  peer.says("STATUS").gets(
    "ERR ACCESS_DENIED This+connection+may+not+give+the+command+STATUS\r\n",
  );
  peer.says("cancel job H:t:1").got();
  peer.says("no such").gets("ERR UNKNOWN_COMMAND Unknown+server+commandno\r\n");
  assertEquals(questions, ["administer status", "administer cancel"]);
});

test("Engine asks with the names that functions have, whatever their bytes", () => {
  const { questions, may } = asked(() => false);
  new Scene().peer(may)
    .sends("CAN_DO", "größe")
    .sends("CAN_DO", "\ufefff")
    .sends("CAN_DO", Uint8Array.of(0x66, 0xff))
    .sends("CAN_DO", "");
  assertEquals(questions, ["work größe", "work \ufefff", "work f\ufffd", "work "]);
});

const CERTIFICATE: PeerCertificate = {
  names: ["worker-7"],
  fingerprint: Array<string>(32).fill("AB").join(":"),
};

function from(host: string, certificate?: PeerCertificate): PeerIdentity {
  return { remote: { host, port: 1 }, certificate };
}

const UNIX: PeerIdentity = { remote: { path: "/run/gear.sock" } };
const CONNECT: PeerAction = { type: "connect" };
const STATUS: PeerAction = { type: "administer", command: "status" };
const DROP: PeerAction = { type: "administer", command: "drop" };
const submit = (functionName: string): PeerAction => ({ type: "submit", functionName });
const work = (functionName: string): PeerAction => ({ type: "work", functionName });

/** The actions that rules allow a peer, among these. */
function allowed(rules: readonly AccessRule[], peer: PeerIdentity): PeerAction[] {
  const all = [CONNECT, submit("resize"), submit("mail:x"), work("resize"), work("mail:x")];
  return [...all, STATUS, DROP].filter((action) => accessRules(rules)(peer, action));
}

test("accessRules() lets nobody do what no rule says", () => {
  assertEquals(allowed([], UNIX), []);
  assertEquals(allowed([{}], UNIX), [CONNECT]);
  const all = { submit: true, work: true, administer: true };
  assertEquals(allowed([{ ...all, from: [] }], UNIX), []);
  assertEquals(allowed([{ ...all, certificate: [] }], from("::1", CERTIFICATE)), []);
  assertEquals(allowed([{ submit: false, work: [], administer: false }], UNIX), [CONNECT]);
});

test("accessRules() knows peers by where they come from", () => {
  const rules: AccessRule[] = [
    { from: "unix", administer: true },
    { from: ["10.0.0.0/8", "::1"], submit: true, administer: "read" },
    { from: "10.1.0.0/16", work: ["resize"] },
  ];
  assertEquals(allowed(rules, UNIX), [CONNECT, STATUS, DROP]);
  const submits = [CONNECT, submit("resize"), submit("mail:x")];
  assertEquals(allowed(rules, from("10.2.0.1")), [...submits, STATUS]);
  assertEquals(allowed(rules, from("::1")), [...submits, STATUS]);
  assertEquals(allowed(rules, from("::ffff:10.1.0.1")), [...submits, work("resize"), STATUS]);
  assertEquals(allowed(rules, from("192.0.2.1")), []);
  assertEquals(allowed([{ from: "0.0.0.0/0", submit: true }], UNIX), []);
});

test("accessRules() knows peers by their certificate", () => {
  const rules = (certificate: string | string[]) => [{ certificate, work: "mail:*" }];
  const worker = from("10.0.0.1", CERTIFICATE);
  for (const certificate of ["worker-7", "worker-*", "*", ["x", "worker-7"]]) {
    assertEquals(allowed(rules(certificate), worker), [CONNECT, work("mail:x")], `${certificate}`);
    assertEquals(allowed(rules(certificate), from("10.0.0.1")), []);
  }
  assertEquals(allowed(rules(CERTIFICATE.fingerprint), worker), [CONNECT, work("mail:x")]);
  for (const certificate of ["worker", "worker-70", "WORKER-7", "", "AB:*", "*7"]) {
    assertEquals(allowed(rules(certificate), worker), [], certificate);
  }
  // A name that reads as a fingerprint is none.
  const named = { names: [CERTIFICATE.fingerprint], fingerprint: "CD" };
  assertEquals(allowed(rules(CERTIFICATE.fingerprint), from("::1", named)), []);
  const both = [{ from: "10.0.0.0/8", certificate: "worker-7", submit: true }];
  assertEquals(allowed(both, from("192.0.2.1", CERTIFICATE)), []);
});

test("accessRules() refuses what is no list of objects", () => {
  const wrong: [rules: unknown, message: string][] = [
    [{}, "Expected a list of rules, got an object (Object)"],
    [[{}, null], "Expected rule 2 to be an object, got null"],
    [[[]], "Expected rule 1 to be an object, got a list"],
    [["unix"], 'Expected rule 1 to be an object, got "unix"'],
  ];
  for (const [rules, message] of wrong) {
    assertThrows(() => accessRules(rules as AccessRule[]), TypeError, message);
  }
});

test("accessRules() refuses rules that make no sense", () => {
  const wrong: [rules: unknown, message: string][] = [
    [
      [{ form: "10.0.0.0/8" }],
      'Expected rule 1 to have from, certificate, submit, work, administer, got "form"',
    ],
    [
      [{ from: "10.0.0.0/99" }],
      'Expected a network, for instance "10.0.0.0/8" or "::1", got "10.0.0.0/99"',
    ],
    [[{ from: true }], "Expected from of rule 1 to be a text or a list of texts, got true"],
    [
      [{ submit: "a", work: [1] }],
      "Expected work of rule 1 to be true, false, a text or a list of texts",
    ],
    [
      [{ administer: "write" }],
      'Expected administer of rule 1 to be true, false or "read", got "write"',
    ],
  ];
  for (const [rules, message] of wrong) {
    assertThrows(() => accessRules(rules as AccessRule[]), RangeError, message);
  }
});

/** A server with a hook or rules, on a network of its own. */
async function serverWith(t: TestContext, authorize: Authorize | readonly AccessRule[]): Promise<{
  readonly connect: () => Promise<RawPeer>;
  readonly heard: readonly string[];
  readonly clock: HandClock;
}> {
  const { dial, listen } = memoryNetwork();
  const heard: string[] = [];
  const clock = handClock();
  const server = t.use(
    await JobServer.listen({ listen, authorize, clock, warn: (message) => heard.push(message) }),
  );
  const connect = async () => t.use(new RawPeer(await dial(server.address)));
  return { connect, heard, clock };
}

test("JobServer hangs up on who may not connect, and tells of it once a second", async (t) => {
  const { connect, heard, clock } = await serverWith(t, [{ from: "10.0.0.0/8", submit: true }]);
  for (let i = 0; i < 3; i++) assertEquals(await (await connect()).next(), CLOSED);
  clock.turn(1000);
  assertEquals(await (await connect()).next(), CLOSED);
  const [first, second] = heard;
  assertEquals(first.replace(/:\d+$/, ":PORT"), "Refused a connection to 127.0.0.1:PORT");
  assertEquals(
    second.replace(/:\d+,/, ":PORT,"),
    "Refused a connection to 127.0.0.1:PORT, and 2 more before it",
  );
  assertEquals(heard.length, 2);
});

test("JobServer asks its hook who it is and what it wants, and refuses where that throws", async (t) => {
  const questions: unknown[] = [];
  const { connect, heard } = await serverWith(t, ({ remote, certificate }, action) => {
    questions.push("host" in remote && remote.host, certificate, action);
    if (action.type === "work") throw new Error("no such table");
    return true;
  });
  const peer = await connect();
  await peer.send(request("SUBMIT_JOB_BG", "f", "", ""));
  await peer.send(request("CAN_DO", "f"));
  assertEquals(await peer.settle(), [
    "JOB_CREATED H:geartrain:1",
    'ERROR ACCESS_DENIED\\0This connection may not work on "f"',
  ]);
  const who = ["127.0.0.1", undefined];
  assertEquals(questions, [...who, CONNECT, ...who, submit("f"), ...who, work("f")]);
  assertEquals(heard.length, 1);
  assertEquals(
    /^Refused working on "f" to .*: the hook threw Error: no such table$/.test(heard[0]),
    true,
  );
});

test("JobServer refuses whatever the hook throws, and whatever becomes of telling it", async (t) => {
  const bare = Object.create(null);
  const odd = {
    get constructor() {
      throw new Error("No");
    },
  };
  const hooks = [() => thrown(bare), () => thrown(Symbol("s")), () => bare, () => odd];
  for (const hook of hooks) {
    const { connect, heard } = await serverWith(t, hook as unknown as Authorize);
    assertEquals(await (await connect()).next(), CLOSED);
    assertEquals(heard.map((text) => text.startsWith("Refused a connection to ")), [true]);
  }
  const { dial, listen } = memoryNetwork();
  const warn = () => thrown(new Error("The disk is full"));
  const server = t.use(await JobServer.listen({ listen, authorize: () => false, warn }));
  assertEquals(await t.use(new RawPeer(await dial(server.address))).next(), CLOSED);
});

/** Throws anything. */
function thrown(value: unknown): never {
  throw value;
}

test("JobServer takes a promise for no, whatever becomes of it", async (t) => {
  const answers: readonly (readonly [answer: () => unknown, what: string])[] = [
    [() => Promise.resolve(true), "an object (Promise)"],
    [() => Promise.reject(new Error("Nobody hears of this")), "an object (Promise)"],
    [() => new Promise(() => {}), "an object (Promise)"],
    [() => 1, "1"],
  ];
  for (const [answer, what] of answers) {
    const { connect, heard } = await serverWith(t, answer as unknown as Authorize);
    assertEquals(await (await connect()).next(), CLOSED);
    const [, why] = heard[0].split(": the hook answered with ");
    assertEquals(why, what);
  }
});

test("JobServer.listen() is open where authorize is left out, and for no other value", async (t) => {
  const { dial, listen } = memoryNetwork();
  const server = t.use(await JobServer.listen({ listen, authorize: undefined }));
  assertEquals(await t.use(new RawPeer(await dial(server.address))).settle(), []);
  for (
    const [authorize, what] of [[null, "null"], [false, "false"], ["", '""'], [
      {},
      "an object (Object)",
    ]]
  ) {
    await assertRejects(
      () => JobServer.listen({ listen, authorize: authorize as Authorize }),
      TypeError,
      `Expected authorize to be a function or a list of rules, or to be left out, got ${what}`,
    );
  }
  await assertRejects(
    () => JobServer.listen({ listen, authorize: [[]] as AccessRule[] }),
    TypeError,
    "Expected rule 1 to be an object, got a list",
  );
});

test("JobServer.listen() wants client certificates where rules go by them", async () => {
  const { listen } = memoryNetwork();
  const authorize = [{ certificate: "worker-*", work: true }];
  for (const tls of [undefined, { cert: "", key: "" }]) {
    await assertRejects(
      () => JobServer.listen({ listen, tls, authorize }),
      RangeError,
      "Expected an address with tls.ca for rules by certificate, got none",
    );
  }
  await assertRejects(
    () => JobServer.listen({ listen, authorize: [{ from: "everywhere" }] }),
    RangeError,
    'got "everywhere"',
  );
});

test("JobServer.listen() with rules does not warn of an open port", async () => {
  const { listen } = memoryNetwork();
  const heard: string[] = [];
  const server = await JobServer.listen({
    listen,
    host: "0.0.0.0",
    port: 1,
    authorize: [],
    warn: (message) => heard.push(message),
  });
  await server.close();
  assertEquals(heard, []);
});
