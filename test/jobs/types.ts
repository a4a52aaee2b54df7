/**
 * What of typed jobs compiles, and what does not. `deno check` is the test, in the static leg: it
 * fails on an expected error that does not come. Nothing here is ever called.
 */
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
