/** `geartrain top`: what it makes of what servers say, what it draws, and the keys. */
import { Client } from "../../mod.ts";
import { type Load, loadOf, sortedBy } from "../../src/cli/load.ts";
import { run } from "../../src/cli/run.ts";
import { linesOf, type View } from "../../src/cli/top_screen.ts";
import { assertEquals, assertMatch, assertStringIncludes, test } from "../_harness/mod.ts";
import { host } from "../_harness/host.ts";
import { FakeTerminal, ran } from "./fake_terminal.ts";
import { everyWorker, KINDS } from "./job_servers.ts";

export const notOnWorkerd = "the command line listens on a port";

function said(server: string, ...rows: readonly [string, number, number, number][]) {
  return {
    server,
    functions: rows.map(([functionName, total, running, workers]) => ({
      functionName,
      total,
      running,
      workers,
    })),
    priorities: rows.map(([functionName, total, running, workers]) => ({
      functionName,
      high: 0,
      normal: total - running,
      low: 0,
      workers,
    })),
  };
}

test("loadOf() adds up what several servers say, and tells how queues grow", () => {
  const first = loadOf(1_000, [said("a", ["f", 3, 1, 1]), said("b", ["f", 1, 0, 2])]);
  assertEquals(first.functions, [{
    function: "f",
    queued: 3,
    high: 0,
    normal: 3,
    low: 0,
    running: 1,
    workers: 3,
  }]);
  const second = loadOf(3_000, [
    said("a", ["f", 9, 1, 1], ["g", 1, 0, 0]),
    { server: "b", trouble: "gone" },
  ], first);
  assertEquals(second.functions.map(({ rate }) => rate), [2.5, 0.5]);
  assertEquals(second.servers, [{ server: "a" }, { server: "b", trouble: "gone" }]);
});

test("sortedBy() puts the largest first, equal ones by name, and turns around", () => {
  const { functions } = loadOf(0, [said("a", ["b", 1, 0, 0], ["a", 1, 0, 3], ["c", 2, 2, 1])]);
  const names = (...args: [Parameters<typeof sortedBy>[1], boolean]) =>
    sortedBy(functions, ...args).map((row) => row.function).join("");
  assertEquals(names("queued", false), "abc");
  assertEquals(names("queued", true), "cab");
  assertEquals(names("running", false), "cab");
  assertEquals(names("workers", false), "acb");
  assertEquals(names("function", true), "cba");
  assertEquals(names("rate", false), "abc");
});

function viewOf(load: Load | undefined, more: Partial<View> = {}): View {
  return {
    load,
    sortKey: "queued",
    isReversed: false,
    hidesIdle: false,
    isPaused: false,
    scroll: 0,
    clock: "12:00:00",
    ...more,
  };
}

const MANY = loadOf(0, [
  said(
    "127.0.0.1:4730",
    ...Array.from({ length: 60 }, (_, i): [string, number, number, number] => [
      `function-${String(i).padStart(2, "0")}`,
      i,
      i === 10 ? 3 : 0,
      i % 3,
    ]),
  ),
  { server: "127.0.0.1:4731", trouble: "Dialling 127.0.0.1:4731 was refused" },
]);

for (const [columns, rows] of [[80, 24], [200, 50], [40, 10], [12, 3]]) {
  test(`linesOf() fills a screen of ${columns} columns and ${rows} rows, and no more`, () => {
    for (const load of [MANY, undefined]) {
      const lines = linesOf(viewOf(load), { columns, rows });
      assertEquals(lines.length, rows);
      for (const { text } of lines) assertEquals(text.length <= columns, true, text);
    }
  });
}

test("linesOf() shows servers, sums, functions, what stands out, and the keys", () => {
  const lines = linesOf(viewOf(MANY), { columns: 80, rows: 24 });
  assertEquals(lines[0].text, "geartrain top  12:00:00  127.0.0.1:4730, 127.0.0.1:4731");
  assertEquals(lines[1].text, "functions 60   queued 1767   running 3   workers 60");
  assertEquals(lines[2], {
    text: "127.0.0.1:4731: Dialling 127.0.0.1:4731 was refused",
    style: "trouble",
  });
  assertMatch(lines[4].text, /^FUNCTION +QUEUEDv +RUNNING +WORKERS +QUEUE\/S$/);
  assertMatch(lines[5].text, /^function-59 +59 +0 +2 *$/);
  assertEquals([lines[5].style, lines[7].style], ["plain", "trouble"]);
  assertMatch(lines[23].text, /^42 more below {2}q quit/);
  const wide = linesOf(viewOf(MANY), { columns: 200, rows: 50 });
  assertMatch(wide[4].text, /QUEUEDv +HIGH +NORMAL +LOW +RUNNING +WORKERS +QUEUE\/S {2}RUNNING # /);
  assertMatch(wide[5].text, / \.{20,}$/);
});

test("linesOf() scrolls, hides what is idle, and lets no name reach the terminal", () => {
  const scrolled = linesOf(viewOf(MANY, { scroll: 100 }), { columns: 80, rows: 24 });
  assertMatch(scrolled[22].text, /^function-00 /);
  const load = loadOf(0, [said("a", ["idle", 0, 0, 0], ["\x1b[2J", 1, 0, 1])]);
  const hidden = linesOf(viewOf(load, { hidesIdle: true, isPaused: true }), {
    columns: 80,
    rows: 6,
  });
  assertMatch(hidden[4].text, /^\u{fffd}\[2J +1 /u);
  assertStringIncludes(hidden[0].text, "paused");
  assertEquals(hidden.some(({ text }) => text.startsWith("idle")), false);
});

for (const { name, skip, start } of KINDS) {
  test(`top draws a live table, obeys its keys, and leaves the terminal as it was, on ${name}`, {
    skip,
  }, async (t) => {
    const { address, text } = await start(t);
    everyWorker(t, address);
    const client = t.use(new Client({ servers: address }));
    await client.backgroundAll(
      ["aaa", "bbb", "bbb"].map((functionName) => ({ functionName })),
    ).all();
    const terminal = new FakeTerminal({ size: { columns: 80, rows: 24 } });
    const code = run(["top", "-s", text], terminal);
    /** What is drawn from now on, once it holds that. */
    const drawn = async (act: () => unknown, holds: RegExp) => {
      const from = terminal.text.length;
      await act();
      await terminal.until(() => holds.test(terminal.text.slice(from)));
    };
    await terminal.until(() => /bbb +2 [\s\S]*aaa +1 /.test(terminal.text));
    assertEquals(terminal.text.startsWith("\x1b[?1049h\x1b[?25l"), true);
    await drawn(() => terminal.type("f"), /FUNCTIONv[\s\S]*aaa [\s\S]*bbb /);
    await drawn(() => terminal.type("f"), /FUNCTION\^[\s\S]*bbb [\s\S]*aaa /);
    await drawn(() => terminal.type("w"), /WORKERSv[\s\S]*boom [\s\S]*aaa /);
    await drawn(() => client.background("aaa").then(() => terminal.pass()), /aaa +2 .*\+1\.0/);
    await drawn(() => terminal.type(" "), /paused/);
    await drawn(() => terminal.resize({ columns: 200, rows: 50 }), /HIGH +NORMAL +LOW/);
    terminal.type("x");
    terminal.type("q");
    assertEquals([await code, terminal.errors], [0, ""]);
    assertEquals(terminal.text.endsWith("\x1b[?25h\x1b[?1049l"), true);
  });

  test(`top prints a table for each moment where there is no terminal, on ${name}`, {
    skip,
  }, async (t) => {
    const { address, text } = await start(t);
    const client = t.use(new Client({ servers: address }));
    await client.background("aaa");
    const terminal = new FakeTerminal();
    const code = run(["top", "-s", text, "--count=2", "-i", "2s"], terminal);
    await terminal.until(() => terminal.text !== "");
    await client.background("aaa");
    await terminal.pass();
    assertEquals(await code, 0);
    assertMatch(
      terminal.text,
      /^FUNCTION +QUEUED .*\naaa +1 +0 +0 +-\n\nFUNCTION .*\naaa +2 +0 +0 +0\.5\n$/,
    );
    const { out } = await ran(["top", "-s", text, "--count=1", "--json", "--sort=function"]);
    const { at, functions, servers } = JSON.parse(out);
    assertMatch(at, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assertEquals([functions[0].function, functions[0].queued, servers], ["aaa", 2, [{
      server: text,
    }]]);
  });
}

test("top ends at a signal, as at q", async (t) => {
  const { text } = await KINDS[0].start(t);
  const terminal = new FakeTerminal({ size: { columns: 80, rows: 24 } });
  const code = run(["top", "-s", text], terminal);
  await terminal.until(() => terminal.text.includes("functions 0"));
  terminal.end("SIGTERM");
  assertEquals(await code, 0);
  assertEquals(terminal.text.endsWith("\x1b[?25h\x1b[?1049l"), true);
});

test("top names a server that does not answer, and ends with 20 when none does", async (t) => {
  const { text } = await KINDS[0].start(t);
  const gone = `127.0.0.1:${await host.freePort()}`;
  const one = await ran(["top", "--count=1", "-s", `${gone},${text}`]);
  assertEquals(one.code, 0);
  assertMatch(one.err, new RegExp(`^geartrain: ${gone}: .+\n$`));
  assertEquals((await ran(["top", "--count=1", "-s", gone])).code, 20);
  const terminal = new FakeTerminal({ size: { columns: 80, rows: 24 } });
  const code = run(["top", "-s", gone], terminal);
  await terminal.until(() => terminal.text.includes(`${gone}: `));
  terminal.type("q");
  assertEquals(await code, 0);
});

test("top refuses what makes no sense", async () => {
  const { code, err } = await ran(["top", "--sort=size"]);
  assertEquals([code, err], [
    2,
    "geartrain: Expected --sort to be function or queued or running or workers or rate," +
    ' got "size"\n',
  ]);
});
