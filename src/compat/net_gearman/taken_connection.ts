/**
 * What a worker hands its jobs in place of a connection: their reports, by the names of packets,
 * and nothing else.
 *
 * @module
 */
import type { TakenJob } from "../../worker/mod.ts";
import type { DataRules, Payload } from "./data_rules.ts";
import { Exception } from "./exceptions.ts";
import type { JobConnection, PacketParams } from "./job_common.ts";

/** The reports of one job. What is sent after its end is dropped. */
export class TakenConnection implements JobConnection {
  readonly rules: DataRules;
  readonly #job: TakenJob;

  constructor(job: TakenJob, rules: DataRules) {
    this.#job = job;
    this.rules = rules;
  }

  send(command: string, params: PacketParams = {}): void {
    const job = this.#job;
    switch (command) {
      case "work_status":
        return job.status(Number(params.numerator), Number(params.denominator));
      case "work_data":
        return job.data(payloadOf(params.data));
      case "work_warning":
        return job.warning(payloadOf(params.data));
      case "work_complete":
        return job.complete(payloadOf(params.result));
      case "work_fail":
        return job.fail();
      case "work_exception":
        return job.exception(payloadOf(params.exception));
      default:
        throw new Exception(`Invalid command: ${command}`);
    }
  }
}

function payloadOf(value: PacketParams[string]): Payload {
  return value instanceof Uint8Array ? value : String(value ?? "");
}
