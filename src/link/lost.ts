/**
 * What the end of a link means for the requests on it.
 *
 * @module
 */
import { type GearmanError, LinkError, type Outcome, ProtocolError } from "../errors.ts";

/**
 * The error for one request on a link that has ended: the link's own, with the request's outcome.
 * No reason means that we closed it ourselves.
 */
export function lostRequest(reason: GearmanError | undefined, outcome: Outcome): GearmanError {
  if (reason instanceof ProtocolError) {
    const { code, message, offset, bytes } = reason;
    return new ProtocolError(code, message, { offset, bytes, outcome, cause: reason });
  }
  const code = reason instanceof LinkError ? reason.code : "CLOSED";
  const message = reason?.message ?? "Closed before an answer came";
  return new LinkError(code, message, { outcome, cause: reason });
}
