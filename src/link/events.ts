/**
 * What clients and workers tell of their servers: one typed `EventTarget`.
 *
 * @module
 */
import type { GearmanError } from "../errors.ts";
import { checkFunction, wrongType } from "../misuse.ts";
import type { Address } from "../sockets/socket.ts";

/**
 * A server that came up or went down, or does not let a worker do what it offers.
 *
 * @example
 * ```ts
 * import { Client, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using client = new Client({ servers: server.address });
 * client.addEventListener("up", ({ server }) => console.log("reached", server));
 * client.addEventListener("down", ({ server, reason }) => console.warn(server, reason));
 * await client.ping();
 * ```
 */
export class ServerEvent extends Event {
  declare readonly type: "up" | "down" | "refused";
  /** Which server. */
  readonly server: Address;
  /** Why it went down, or what it said. */
  readonly reason?: GearmanError;

  constructor(type: "up" | "down" | "refused", server: Address, reason?: GearmanError) {
    super(type);
    this.server = server;
    this.reason = reason;
  }
}

/** Hears of servers. */
export type ServerListener = (event: ServerEvent) => void;

/**
 * Tells of servers: `"up"` when a link to one is open, after there was none or it was down; and
 * `"down"` when it was lost, or could not be reached, once for each dial that fails. To close it
 * oneself is neither. A worker also hears `"refused"`, of each function that a server does not let it
 * work on: the others go on. Where none is left, {@linkcode Worker.refusal} says so.
 */
export class ServerEvents {
  readonly #target = new EventTarget();

  /** Calls `listener` at each such event. */
  addEventListener(
    type: "up" | "down" | "refused",
    listener: ServerListener,
    options?: { once?: boolean; signal?: AbortSignal },
  ): void {
    if (type !== "up" && type !== "down" && type !== "refused") {
      throw wrongType('the event "up", "down" or "refused"', type);
    }
    checkFunction(listener, "the listener");
    this.#target.addEventListener(type, listener as never, options);
  }

  /** Calls it no more. */
  removeEventListener(type: "up" | "down" | "refused", listener: ServerListener): void {
    this.#target.removeEventListener(type, listener as never);
  }

  /** Tells the listeners. */
  protected tell(event: ServerEvent): void {
    this.#target.dispatchEvent(event);
  }
}
