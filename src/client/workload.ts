/**
 * A job's workload, from what its caller gave. It is there at once, unless a validator or a stream
 * takes its time.
 *
 * @module
 */
import type { Awaitable, Contract } from "../jobs/mod.ts";
import type { Deposit } from "./deposit.ts";
import type { Router } from "./router.ts";
import { type Source, wrongSize } from "./source.ts";
import type { Submission } from "./submission.ts";

/** Sends a job once its workload is there: what the contract makes of the input, where there is one. */
export function sendWhole(
  router: Router,
  request: Submission | Deposit,
  input: unknown,
  contract: Contract | undefined,
): void {
  if (request.isSettled) return;
  if (contract === undefined) {
    if (request.source?.size !== 0) return send(router, request);
    return void sendEmpty(router, request, request.source);
  }
  let workload: Awaitable<string | Uint8Array>;
  try {
    workload = contract.encodeInput(input, { outcome: "unsent" });
  } catch (invalid) {
    return request.refuse(invalid);
  }
  if (!(workload instanceof Promise)) return fillAndSend(router, request, workload);
  const forget = router.announce(request);
  workload.then((workload) => {
    forget();
    fillAndSend(router, request, workload);
  }, (invalid) => request.refuse(invalid));
}

/** A stream of no bytes has no last one to hold back: it must have ended before the job is sent. */
async function sendEmpty(
  router: Router,
  request: Submission | Deposit,
  source: Source,
): Promise<void> {
  const forget = router.announce(request);
  try {
    if (await source.next() !== undefined) throw wrongSize(0, "more");
    forget();
    fillAndSend(router, request, "");
  } catch (error) {
    source.stop(error);
    request.refuse(error);
  }
}

function fillAndSend(
  router: Router,
  request: Submission | Deposit,
  workload: string | Uint8Array,
): void {
  // Given up by now, perhaps.
  if (!request.isSettled) request.workload = workload;
  send(router, request);
}

function send(router: Router, request: Submission | Deposit): void {
  router.send(request);
  request.ownWorkload();
}
