/** Jobs whose inputs and outputs zod describes: a wrong one does not compile, or is refused before it is sent. */
import { z } from "zod";
import { Client, defineJobs, JobInvalid, JobServer, Worker } from "../mod.ts";

const Letter = z.object({
  to: z.email(),
  subject: z.string().min(1),
  copies: z.number().int().positive().default(1),
});

const jobs = defineJobs({
  send: { input: Letter, output: z.object({ id: z.string(), sent: z.number() }) },
});

const server = await JobServer.listen();
const worker = new Worker({ servers: server.address, jobs });
worker.add("send", ({ input }) => {
  // Typed, checked, and with its defaults.
  return { id: `<1@${input.to.split("@")[1]}>`, sent: input.copies };
});
worker.start();

const client = new Client({ servers: server.address, jobs });
const letter = { to: "ada@example.org", subject: "Notes" };
console.log(await client.submit("send", letter).value()); // { id: "<1@example.org>", sent: 1 }

try {
  // A program in another language may send what it likes: the worker checks it as well.
  await client.submit("send", { ...letter, to: "nowhere" }).value();
} catch (error) {
  if (!(error instanceof JobInvalid)) throw error;
  console.log(error.code, error.issues[0].path.join("."));
}

await client.close();
await worker.drain();
await server.close();
