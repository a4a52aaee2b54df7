/** PHP's gearman extension at the other end: its worker for our client, its client for our worker. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertSameBytes,
  missing,
  pattern,
  startPhp,
  test,
} from "../_harness/mod.ts";
import { SERVERS } from "../_harness/job_server.ts";
import { JobException, JobFailed } from "../../src/errors.ts";
import { publicEnds } from "../e2e/public_ends.ts";

for (const { name: where, skip: isOut, start } of SERVERS) {
  const skip = isOut || missing("php");
  test(`a PHP worker serves our client through ${where}`, { skip }, async (t) => {
    const server = t.use(await start());
    const { host, port } = server.address;
    t.use(await startPhp("test/interop/php/worker.php", [host, String(port)]));
    const client = publicEnds(t, server.address).client();

    assertEquals(await client.submit("reverse", "Hello!").text(), "!olleH");
    const alphabet = pattern(256);
    assertEquals(await client.submit("echo", alphabet).result(), alphabet);
    const large = pattern(1024 * 1024);
    assertSameBytes(await client.submit("echo", large).result(), large);

    const task = client.submit("stream");
    const events: string[] = [];
    for await (const event of task) {
      events.push(
        event.type === "status"
          ? `${event.numerator}/${event.denominator}`
          : `${event.type} ${new TextDecoder().decode(event.data)}`,
      );
    }
    assertEquals(events, [
      "data part 1 ",
      "1/3",
      "data part 2 ",
      "2/3",
      "data part 3 ",
      "3/3",
      "warning careful",
    ]);
    assertEquals(await task.text(), "part 1 part 2 part 3 end");

    await assertRejects(() => client.submit("fail").result(), JobFailed);
    const error = await assertRejects(() => client.submit("throw").result(), JobException);
    assertEquals(new TextDecoder().decode(error.data), "out of cheese");

    const many = Array.from({ length: 200 }, (_, i) => client.submit("reverse", `${i}`).text());
    const reversed = (await Promise.all(many)).map((text) => text.split("").reverse().join(""));
    assertEquals(reversed, Array.from({ length: 200 }, (_, i) => `${i}`));
  });

  test(`a PHP client uses our worker through ${where}`, { skip }, async (t) => {
    const server = t.use(await start());
    const { host, port } = server.address;
    const { worker } = publicEnds(t, server.address);
    const noted = new Promise<string[]>((resolve) => {
      worker({ concurrency: 2 })
        .add("reverse", (job) => job.text().split("").reverse().join(""))
        .add("echo", (job) => job.workload)
        .add("note", (job) => resolve([job.handle, job.unique, job.text()]))
        .add("stream", (job) => {
          for (let i = 1; i <= 3; i++) {
            job.data(`part ${i} `);
            job.status(i, 3);
          }
          job.warning("careful");
          return "end";
        })
        .add("fail", () => {
          throw new JobFailed();
        })
        .add("throw", () => {
          throw new RangeError("out of cheese");
        })
        .start();
    });
    const php = t.use(await startPhp("test/interop/php/client.php", [host, String(port)]));
    const { code, stdout, stderr } = await php.exit();
    assertEquals([code, stderr], [0, ""]);
    const { handle, known, ...seen } = JSON.parse(stdout);
    assertEquals(seen, {
      reverse: "!olleH",
      high: "hgih",
      low: "wol",
      binary: true,
      large: true,
      events: [
        "data part 1 ",
        "status 1/3",
        "data part 2 ",
        "status 2/3",
        "data part 3 ",
        "status 3/3",
        "warning careful",
        "complete end",
        "fail",
        "exception RangeError: out of cheese",
      ],
    });
    assert(typeof known === "boolean");
    assertEquals(await noted, [handle, "php-unique", "from PHP"]);
  });
}
