/**
 * What the end of a link means for the requests on it.
 *
 * @module
 */
import { type GearmanError, LinkError, type Outcome, ProtocolError } from "../errors.ts";
import { type Address, addressText } from "../sockets/socket.ts";

/**
 * The error for one request on a link that has ended: the link's own, with the request's outcome. Its
 * cause is the link's cause: with the link's error in between, whoever prints it would read the same
 * twice. No reason means that we closed it ourselves.
 */
export function lostRequest(reason: GearmanError | undefined, outcome: Outcome): GearmanError {
  if (reason instanceof ProtocolError) {
    const { code, message, offset, bytes } = reason;
    return new ProtocolError(code, message, { offset, bytes, outcome, cause: reason.cause });
  }
  const code = reason instanceof LinkError ? reason.code : "CLOSED";
  const message = reason?.message ?? "Closed before an answer came";
  return new LinkError(code, message, { outcome, cause: reason?.cause });
}

/** The end of a link whose far end owed an answer, and was silent for so many milliseconds. */
export function silent(remote: Address, milliseconds: number): LinkError {
  const where = addressText(remote);
  return new LinkError(
    "SILENT",
    `Expected "${where}" to answer within ${milliseconds} ms, it did not`,
  );
}
