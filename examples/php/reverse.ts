/**
 * The first example of the extension's manual: a loop of doNormal(), and the worker that tells how
 * far it is. But for `await` and the server in this process it is the manual's.
 */
import { JobServer } from "../../mod.ts";
import {
  GEARMAN_SUCCESS,
  GEARMAN_WORK_DATA,
  GEARMAN_WORK_FAIL,
  GEARMAN_WORK_STATUS,
  GearmanClient,
  type GearmanJob,
  GearmanWorker,
} from "../../src/compat/php/mod.ts";

const server = await JobServer.listen();
const { host, port } = server.address as { host: string; port: number };

async function reverse_fn(job: GearmanJob): Promise<string> {
  const workload = job.workload();
  const size = job.workloadSize();
  let result = "";
  for (let x = 0; x < size; x++) {
    result = workload[x] + result;
    await job.sendStatus(x + 1, size);
    await job.sendData(workload[x]);
  }
  return result;
}

const gmworker = new GearmanWorker();
await gmworker.addServer(host, port);
gmworker.addFunction("reverse", reverse_fn);
const working = gmworker.work();

const gmclient = new GearmanClient();
await gmclient.addServer(host, port);

console.log("Sending job");
let result: string;
do {
  result = await gmclient.doNormal("reverse", "Hello!");
  switch (gmclient.returnCode()) {
    case GEARMAN_WORK_DATA:
      console.log(`Data: ${result}`);
      break;
    case GEARMAN_WORK_STATUS: {
      const [numerator, denominator] = gmclient.doStatus();
      console.log(`Status: ${numerator}/${denominator} complete`);
      break;
    }
    case GEARMAN_WORK_FAIL:
      throw new Error("Failed");
    case GEARMAN_SUCCESS:
      console.log(`Success: ${result}`);
      break;
    default:
      throw new Error(`RET: ${gmclient.returnCode()}`);
  }
} while (gmclient.returnCode() !== GEARMAN_SUCCESS);

await working;
await gmclient.__destruct();
await gmworker.__destruct();
await server.close();
