/**
 * A client of the server on the port it is given. Lines on its standard input say what it does,
 * `submit <function> <workload>` or `background <function> <workload>`; it prints each step that
 * follows, and ends with its input.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { Client, GearmanError, type Task } from "../../mod.ts";

const client = new Client({ servers: { host: "127.0.0.1", port: Number(process.argv[2]) } });
await client.ping();
console.log("up");
for await (const line of createInterface({ input: process.stdin })) {
  const [command, functionName, workload] = line.split(" ");
  if (command === "submit") void follow(client.submit(functionName, workload));
  else console.log(`accepted ${(await client.background(functionName, workload)).handle}`);
}
await client.close();

async function follow(task: Task): Promise<void> {
  try {
    await task.accepted;
    console.log(`accepted ${task.handle}`);
    for await (const event of task) console.log(event.type);
    console.log(`result ${await task.text()}`);
  } catch (error) {
    if (!(error instanceof GearmanError)) throw error;
    console.log(`${error.name} ${error.code} ${error.outcome}`);
  }
}
