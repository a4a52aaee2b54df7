/**
 * Packets that announce more than the server takes: what their sender is told, and what becomes of
 * the job that such a packet was about.
 *
 * @module
 */
import type { ProtocolError } from "../errors.ts";
import { ARGUMENT_TOO_LARGE, Command } from "../protocol/mod.ts";
import type { Jobs } from "./jobs.ts";
import type { Peer } from "./peers.ts";
import { refuse } from "./refusals.ts";

/** Where a packet's head has its type. */
const TYPE_AT = 4;

/** The reports that may be as large as one likes. */
const REPORTS: ReadonlySet<number> = new Set([
  Command.WORK_DATA,
  Command.WORK_WARNING,
  Command.WORK_COMPLETE,
  Command.WORK_EXCEPTION,
]);

const encoder = new TextEncoder();

/**
 * Tells a peer why it is hung up on. The one job of a worker whose report this was fails: given to
 * another, it would come to the same again and again. Of several it is not known which one it was,
 * since nothing of the packet is read but its head.
 */
export function refuseLarge(jobs: Jobs, peer: Peer, { message, bytes }: ProtocolError): void {
  // A line begins with another byte, and whoever sends lines reads no packets.
  if (bytes[0] !== 0) return;
  refuse(peer, [ARGUMENT_TOO_LARGE, message]);
  const [job, ...others] = peer.holds;
  if (job === undefined || others.length > 0 || !REPORTS.has(typeOf(bytes))) return;
  const words = encoder.encode(`The worker's report was too large for the server: ${message}`);
  job.tell(({ output, wantsExceptions }) => {
    if (wantsExceptions) output.packet(Command.WORK_EXCEPTION, [job.handle, words]);
    else output.packet(Command.WORK_FAIL, [job.handle]);
  });
  jobs.end(job, "exception", words);
}

function typeOf(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset, head.length).getUint32(TYPE_AT);
}
