/**
 * What of typed jobs compiles, and what does not. `deno check` is the test, in the static leg: it
 * fails on an expected error that does not come. Nothing here is ever called.
 */
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { Client, codec, defineJobs, type StandardSchema, type Task, Worker } from "../../mod.ts";

/** Whether two types are the same, and not only assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles when the types are the same. */
function same<A, B>(_isSame: Same<A, B>): void {}

declare const dateFromText: StandardSchema<string, Date>;

const jobs = defineJobs({
  reverse: { input: codec.text(), output: codec.text() },
  thumbnail: { input: codec.bytes(), output: codec.bytes() },
  sum: { input: codec.json<readonly number[]>(), output: codec.json<number>() },
});

/** A client with a contract. */
export function typedClient(): void {
  const client = new Client({ servers: "", jobs });

  same<typeof reversed, Task<string>>(true);
  const reversed = client.submit("reverse", "x");
  same<typeof sum, Promise<number>>(true);
  const sum = client.submit("sum", [1, 2], { priority: "high" }).value();
  same<typeof thumbnail, Task<Uint8Array>>(true);
  const thumbnail = client.submit("thumbnail", new Uint8Array());

  // @ts-expect-error -- a name that is not defined
  client.submit("revers", "x");
  // @ts-expect-error -- an input of another type
  client.submit("reverse", 5);
  // @ts-expect-error -- an input of another function
  client.submit("sum", "x");
  // @ts-expect-error -- an input that is missing
  client.submit("reverse");
  // @ts-expect-error -- an output of another type
  client.submit("reverse", "x").value() satisfies Promise<number>;
  // @ts-expect-error -- an option that there is not
  client.submit("reverse", "x", { urgent: true });
  // @ts-expect-error -- a background job is typed as well
  void client.background("sum", ["1"]);
  // @ts-expect-error -- and its name, too
  void client.background("product", [1]);
}

/** A worker with a contract. */
export function typedWorker(): void {
  const worker = new Worker({ servers: "", jobs });
  worker.add("reverse", (job) => {
    same<typeof job.input, string>(true);
    job.status(1, 2);
    return job.input;
  });
  worker.add("sum", async ({ input }) => {
    same<typeof input, readonly number[]>(true);
    return await Promise.resolve(input.length);
  }, { concurrency: 2 });
  void worker.remove("sum");

  // @ts-expect-error -- a name that is not defined
  worker.add("revers", () => "");
  // @ts-expect-error -- nor can it be removed
  void worker.remove("revers");
  // @ts-expect-error -- an output of another type
  worker.add("sum", () => "3");
  // @ts-expect-error -- nor as a promise
  worker.add("sum", () => Promise.resolve("3"));
  // @ts-expect-error -- no output where there is to be one
  worker.add("reverse", () => {});
  // @ts-expect-error -- an input of another type
  worker.add("sum", ({ input }) => input.toUpperCase().length);

  const planner = new Worker({
    servers: "",
    jobs: defineJobs({ plan: { input: codec.text(dateFromText), output: dateFromText } }),
  });
  // What is taken is the validator's output, and what is given its input.
  planner.add("plan", ({ input }) => input.toISOString());
  // @ts-expect-error -- the validator takes text
  planner.add("plan", ({ input }) => input);
}

/** Validators that make another type of what they take. */
export function validated(): void {
  const jobs = defineJobs({
    plan: { input: codec.text(dateFromText), output: dateFromText },
  });
  const client = new Client({ servers: "", jobs });
  // What is given is the validator's input, and what is taken its output.
  same<typeof planned, Promise<Date>>(true);
  const planned = client.submit("plan", "2026-11-28").value();
  // @ts-expect-error -- the validator takes text
  client.submit("plan", new Date());
  // @ts-expect-error -- a codec of text takes no validator of numbers
  codec.text({} as StandardSchema<number, number>);
}

/** Without a contract everything is as simple as bytes. */
export function untyped(): void {
  const client = new Client({ servers: "" });
  same<typeof task, Task<Uint8Array>>(true);
  const task = client.submit("anything");
  client.submit("anything", "text", { priority: "low" });
  client.submit("anything", new Uint8Array());
  // @ts-expect-error -- a workload that is none
  client.submit("anything", 5);
  // @ts-expect-error -- a side that is neither codec nor validator
  defineJobs({ f: { input: "text", output: codec.text() } });
  // @ts-expect-error -- a side that is missing
  defineJobs({ f: { input: codec.text() } });

  const worker = new Worker({ servers: "" });
  worker.add("anything", (job) => job.text()).add("nothing", () => {});
  worker.add("bytes", async (job) => await Promise.resolve(job.workload));
  // @ts-expect-error -- a result that is none
  worker.add("anything", () => 5);
  // @ts-expect-error -- an input that nobody defined
  worker.add("anything", (job) => job.input);
}

/** What real validators take and make. */
export function realValidators(): void {
  const jobs = defineJobs({
    zod: { input: z.object({ width: z.number() }), output: z.string().transform(Number) },
    valibot: { input: v.object({ width: v.number() }), output: v.pipe(v.string(), v.toNumber()) },
    arktype: { input: type({ width: "number" }), output: type("string.numeric.parse") },
    text: { input: codec.text(z.string().min(1)), output: codec.text(v.string()) },
  });
  const client = new Client({ servers: "", jobs });
  same<typeof zod, Promise<number>>(true);
  const zod = client.submit("zod", { width: 1 }).value();
  same<typeof valibot, Promise<number>>(true);
  const valibot = client.submit("valibot", { width: 1 }).value();
  same<typeof arktype, Promise<number>>(true);
  const arktype = client.submit("arktype", { width: 1 }).value();
  same<typeof text, Promise<string>>(true);
  const text = client.submit("text", "x").value();
  // @ts-expect-error -- zod's input
  client.submit("zod", { width: "1" });
  // @ts-expect-error -- valibot's input
  client.submit("valibot", { width: "1" });
  // @ts-expect-error -- arktype's input
  client.submit("arktype", { width: "1" });
}

/** Many jobs at once. */
export function many(): void {
  const client = new Client({ servers: "", jobs });
  const all = client.submitAll([
    { functionName: "reverse", workload: "x" },
    { functionName: "sum", workload: [1], priority: "high" },
  ]).all();
  same<typeof all, Promise<(string | number)[]>>(true);
  same<typeof texts, Promise<string[]>>(true);
  const texts = client.submitAll([{ functionName: "reverse", workload: "x" }]).all();
  // @ts-expect-error -- an input of another function
  client.submitAll([{ functionName: "sum", workload: "x" }]);
  // @ts-expect-error -- a name that is not defined
  client.backgroundAll([{ functionName: "product", workload: [1] }]);
  // @ts-expect-error -- a job that waits has normal priority
  void client.background("reverse", "x", { delay: 1_000, priority: "high" });
  // @ts-expect-error -- a job waits for a time or for a while
  void client.background("reverse", "x", { delay: 1_000, at: new Date() });
  void client.background("reverse", "x", { schedule: "0 3 * * mon-fri" });
  void client.background("reverse", "x", { schedule: { minute: 0, hour: 3, dayOfWeek: "sun" } });
  // @ts-expect-error -- a schedule has normal priority
  void client.background("reverse", "x", { schedule: "0 3 * * *", priority: "high" });
  // @ts-expect-error -- every minute is not said by silence
  void client.background("reverse", "x", { schedule: { hour: 3 } });
  // @ts-expect-error -- days of the week have names
  void client.background("reverse", "x", { schedule: { minute: 0, dayOfWeek: 1 } });
  // @ts-expect-error -- a foreground job is submitted once
  void client.submit("reverse", "x", { schedule: "0 3 * * *" });
  // @ts-expect-error -- a foreground job does not wait
  client.submit("reverse", "x", { delay: 1_000 });
}
