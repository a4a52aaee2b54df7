/**
 * Where a job server asks its hook, and tells its operator of those who were refused.
 *
 * @module
 */
import { got } from "../errors.ts";
import { addressText } from "../sockets/socket.ts";
import type { Authorize, PeerIdentity } from "./access.ts";
import type { PeerAction } from "./permissions.ts";
import type { Remarks } from "./remarks.ts";

/** A hook that cannot throw, and remarks on what it refuses. */
export class Gate {
  readonly #authorize: Authorize;
  readonly #remarks: Remarks;

  constructor(authorize: Authorize, remarks: Remarks) {
    this.#authorize = authorize;
    this.#remarks = remarks;
  }

  /** What a peer may do. */
  for(peer: PeerIdentity): (action: PeerAction) => boolean {
    return (action) => {
      let why = "";
      try {
        const answer: unknown = this.#authorize(peer, action);
        if (answer === true) return true;
        if (answer !== false) why = safely(() => `: the hook answered with ${got(answer)}`);
        // Nobody waits for a hook that was made async by mistake, and nothing that it does later counts.
        if (answer instanceof Promise) answer.catch(() => {});
      } catch (error) {
        why = safely(() => `: the hook threw ${error}`);
      }
      this.#remarks.make("refused", `Refused ${textOf(action)} to ${nameOf(peer)}`, why);
      return false;
    };
  }
}

/** Not everything has a text: an object may have no prototype, and getters may throw. */
function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return ": what the hook answered, or threw, has no text";
  }
}

function nameOf({ remote, certificate }: PeerIdentity): string {
  const names = certificate?.names.map((name) => JSON.stringify(name)).join(", ");
  return `${addressText(remote)}${names === undefined ? "" : ` (${names})`}`;
}

function textOf(action: PeerAction): string {
  switch (action.type) {
    case "connect":
      return "a connection";
    case "administer":
      return `the command ${action.command}`;
    case "submit":
      return `submitting to ${JSON.stringify(action.functionName)}`;
    case "work":
      return `working on ${JSON.stringify(action.functionName)}`;
  }
}
