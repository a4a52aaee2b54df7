/** Every example runs to its end, and says what it says it does. */
import { readdirSync, readFileSync } from "node:fs";
import {
  assertEquals,
  assertStringIncludes,
  missing,
  startGearmand,
  startPhp,
  startProgram,
  test,
} from "../_harness/mod.ts";
import { FUNCTIONS, REMOVED_FUNCTIONS } from "../compat/php/specification.ts";

export const notOnWorkerd = "examples listen on a port";

/** Runs an example in this process, and returns what it printed. */
async function printed(load: () => Promise<unknown>): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...parts: unknown[]) => {
    lines.push(
      parts.map((part) => typeof part === "string" ? part : JSON.stringify(part)).join(" "),
    );
  };
  try {
    await load();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

test("examples/reverse.ts follows a job and prints its result", async () => {
  const text = await printed(() => import("../../examples/reverse.ts"));
  assertEquals(text, '{"type":"status","numerator":1,"denominator":1}\n!olleH');
});

test("examples/demo.ts shows every kind of job", async () => {
  const text = await printed(() => import("../../examples/demo.ts"));
  for (
    const part of [
      '"Hello, Gearman!" -> "!namraeG ,olleH"',
      "256 bytes, one of each value, came back inverted",
      "JobFailed, as it should",
      "JobException, as it should",
      'the worker noted: "nobody waited for this"',
      "1000 jobs",
    ]
  ) assertStringIncludes(text, part);
});

test("examples/net_gearman/main.ts hands a job over, checks arguments and reverses a text", async () => {
  const text = await printed(() => import("../../examples/net_gearman/main.ts"));
  const lines = text.split("\n");
  assertEquals(lines.at(-1), "!dlroW olleH");
  // What the worker says, and when it says it, is its own affair.
  assertEquals([...lines].sort(), [
    "!dlroW olleH",
    "someBackgroundJob failed: Invalid/Missing arguments",
    "someBackgroundJob: user 5555",
    "true",
  ]);
});

test("examples/php/reverse.ts prints what the manual's loop prints", async () => {
  const text = await printed(() => import("../../examples/php/reverse.ts"));
  const steps = [..."Hello!"].flatMap((letter, at) => [
    `Status: ${at + 1}/6 complete`,
    `Data: ${letter}`,
  ]);
  assertEquals(text.split("\n"), ["Sending job", ...steps, "Success: !olleH"]);
});

test("examples/php/image.ts makes an image smaller, whichever way it is sent", async () => {
  const text = await printed(() => import("../../examples/php/image.ts"));
  assertEquals(text.split("\n"), [
    "at once: P5 100 50 255, 5014 bytes",
    "bit by bit: P5 100 50 255, 5014 bytes",
    "idiomatic: P5 100 50 255, 5014 bytes",
  ]);
});

test("examples/php/reference.ts calls every function of the extension", async () => {
  const source = readFileSync("examples/php/reference.ts", "utf8");
  for (const name of [...Object.keys(FUNCTIONS), ...Object.keys(REMOVED_FUNCTIONS)]) {
    assertStringIncludes(source, `php.${name}(`);
  }
  const text = await printed(() => import("../../examples/php/reference.ts"));
  for (
    const part of [
      'fail: "" 24',
      'exception: "" 23',
      'complete: "all" 0',
      "partold partnormal!",
      "[true,false,0,0]",
      'complete say "task!"',
      'exception say "boom"',
      "grabbed true",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.split("\n").at(-1), "done");
});

const FILES: Readonly<Record<string, { load: () => Promise<unknown>; prints: readonly string[] }>> =
  {
    "image_resize.ts": {
      load: () => import("../../examples/image_resize.ts"),
      prints: [
        "32 of 128 lines",
        "64 of 128 lines",
        "96 of 128 lines",
        "128 of 128 lines",
        "512 x 256 became 256 x 128",
      ],
    },
    "map_reduce.ts": {
      load: () => import("../../examples/map_reduce.ts"),
      prints: ["5 a", "5 is", "3 done"],
    },
    "typed_zod.ts": {
      load: () => import("../../examples/typed_zod.ts"),
      prints: ['{"id":"<1@example.org>","sent":1}', "INVALID_INPUT to"],
    },
    "stream_file.ts": {
      load: () => import("../../examples/stream_file.ts"),
      prints: ["2097152 bytes in pieces: true, all of them upper case: true"],
    },
    "scheduled.ts": {
      load: () => import("../../examples/scheduled.ts"),
      prints: ["a series: wake-up", "last: in a second"],
    },
    "http/main.ts": {
      load: () => import("../../examples/http/main.ts"),
      prints: [
        "200 !olleH",
        "500 EXCEPTION",
        '400 Expected a function name of at least one character and no NUL, got ""',
        "202 handle and unique",
      ],
    },
  };
for (const [file, { load, prints }] of Object.entries(FILES)) {
  test(`examples/${file} prints what it says`, async () => {
    assertEquals((await printed(load)).split("\n"), prints);
  });
}

test("examples/graceful_shutdown.ts ends its job at SIGTERM, and keeps the other", async (t) => {
  // A process of its own: it sends the signal to itself.
  const program = t.use(await startProgram({ run: "test/examples/graceful_shutdown_fixture.ts" }));
  const { code, stdout, stderr } = await program.exit();
  assertEquals([code, stdout, stderr], [
    0,
    "SIGTERM: no more jobs\nthe job that runs, done\n" +
    "the other one is kept: true, and runs: false\n",
    "",
  ]);
});

test("examples/php_worker answers a client in TypeScript, through gearmand", {
  skip: missing("php", "gearmand"),
}, async (t) => {
  const { address } = t.use(await startGearmand());
  const place = [address.host, String(address.port)];
  t.use(await startPhp("examples/php_worker/worker.php", [...place, "2"]));
  const { main } = await import("../../examples/php_worker/main.ts");
  assertEquals((await printed(() => main(place.join(":")))).split("\n"), [
    "1/5",
    "2/5",
    "3/5",
    "4/5",
    "5/5",
    "The Art Of The Job",
    "Queues & Workers",
  ]);
});

test("every example is run by a test", () => {
  const sources = [
    readFileSync("test/examples/examples_test.ts", "utf8"),
    readFileSync("test/examples/edge_test.ts", "utf8"),
    readFileSync("test/examples/graceful_shutdown_fixture.ts", "utf8"),
  ].join("\n");
  const files = (readdirSync("examples", { recursive: true }) as string[])
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /^(?!.*\/(handler|serve|jobs)\.ts$).*\.ts$/.test(file));
  for (const file of files) assertStringIncludes(sources, `"../../examples/${file}"`);
});
