/** Fan-out: one job cuts a text into parts, has each counted by whichever worker is free, and joins the counts. */
import { Client, codec, defineJobs, JobServer, Worker } from "../mod.ts";

type Counts = Record<string, number>;

const jobs = defineJobs({
  count_words: { input: codec.text(), output: codec.json<Counts>() },
  count_part: { input: codec.text(), output: codec.json<Counts>() },
});

const TEXT = `a rose is a rose is a rose
a job is a job until it is done
and done is done`;

function countsOf(text: string): Counts {
  const counts: Counts = {};
  for (const word of text.split(/\s+/)) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const server = await JobServer.listen();

// The mapping workers: on other machines, as many as you like.
const mappers = [1, 2, 3].map(() => new Worker({ servers: server.address, jobs }));
for (const mapper of mappers) {
  mapper.add("count_part", (job) => countsOf(job.input));
  mapper.start();
}

// The job that fans out is a client itself.
const inner = new Client({ servers: server.address, jobs });
const reducer = new Worker({ servers: server.address, jobs });
reducer.add("count_words", async (job) => {
  const parts = job.input.split("\n");
  const batch = inner.submitAll(
    parts.map((workload) => ({ functionName: "count_part" as const, workload })),
    { signal: job.signal },
  );
  const sum: Counts = {};
  let done = 0;
  for await (const item of batch) { // in the order in which they end
    if (item.status === "rejected") throw item.reason;
    for (const [word, count] of Object.entries(item.value)) sum[word] = (sum[word] ?? 0) + count;
    job.status(++done, parts.length);
  }
  return sum;
});
reducer.start();

const client = new Client({ servers: server.address, jobs });
const counts = await client.submit("count_words", TEXT).value();
const most = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
for (const [word, count] of most.slice(0, 3)) console.log(`${count} ${word}`);

await client.close();
await Promise.all([reducer, ...mappers].map((worker) => worker.drain()));
await inner.close();
await server.close();
