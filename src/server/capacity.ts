/** Whether there is room for one more connection. */
import { type Address, addressText, type Lobby } from "../sockets/socket.ts";
import type { Remarks } from "./remarks.ts";

/** How many may be connected at once: those that were accepted, and those that still shake hands. */
export class Capacity {
  /** Where those shake hands who are to be accepted. */
  readonly lobby: Lobby = {
    enter: () => {
      const hasRoom = this.hasRoomFor(undefined);
      if (hasRoom) this.#shakingHands++;
      return hasRoom;
    },
    leave: () => {
      this.#shakingHands--;
    },
  };
  readonly #most: number;
  readonly #accepted: { readonly size: number };
  readonly #remarks: Remarks;
  #shakingHands = 0;
  #isClosed = false;

  constructor(most: number, accepted: { readonly size: number }, remarks: Remarks) {
    this.#most = most;
    this.#accepted = accepted;
    this.#remarks = remarks;
  }

  /** Whether it takes one more, known by its address once it has shaken hands. Says so where there is no room. */
  hasRoomFor(remote: Address | undefined): boolean {
    if (this.#isClosed) return false;
    if (this.#accepted.size + this.#shakingHands < this.#most) return true;
    const whom = remote === undefined ? "somebody who shakes hands" : addressText(remote);
    const why = `: ${this.#most} are open, which is maxConnections`;
    this.#remarks.make("full", `Closed a connection from ${whom}`, why);
    return false;
  }

  /** Takes nobody any more, and says nothing of it. */
  close(): void {
    this.#isClosed = true;
  }
}
