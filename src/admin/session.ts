/**
 * One admin client on one link: which reply a line belongs to. Knows no sockets.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { type GearmanError, ProtocolError } from "../errors.ts";
import {
  type Clock,
  type Link,
  type LinkSink,
  lostRequest,
  Patience,
  silent,
} from "../link/mod.ts";
import { commandName } from "../protocol/mod.ts";
import type { Request, Wire } from "./request.ts";

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  readonly clock: Clock;
  /** Milliseconds of silence that are borne while a reply is due, or Infinity. */
  readonly answerTimeout: number;
  /** Told when the link is gone. */
  readonly onClosed: () => void;
}

/** An admin client's conversation with one server. */
export class Session implements LinkSink {
  readonly #wire: SessionWire;
  readonly #options: SessionOptions;
  readonly #patience: Patience;
  /** In the order of their sending, which is that of their replies. */
  #waiting: Request[] = [];
  #end: { readonly reason: GearmanError | undefined } | undefined;

  constructor(wire: SessionWire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#patience = new Patience({
      clock: options.clock,
      limit: options.answerTimeout,
      // The text protocol has no echo, and the next command finds a dead link as well.
      heartbeat: Infinity,
      wire,
      dueSince: () => this.#waiting[0]?.since,
      ask: () => {},
      onSilence: () => wire.destroy(silent(wire.remote, options.answerTimeout)),
    });
  }

  /** Sends a command. */
  request(request: Request): void {
    if (this.#end !== undefined) return request.refuse(lostRequest(this.#end.reason, "unsent"));
    request.send(this.#wire);
    request.since = this.#options.clock.now();
    this.#waiting.push(request);
    this.#patience.begin();
  }

  line(line: string): void {
    const [request] = this.#waiting;
    if (request === undefined) return this.#unexpected(`the line "${line}"`);
    try {
      if (request.take(line)) this.#waiting.shift();
    } catch (error) {
      this.#wire.destroy(error as GearmanError);
    }
  }

  packet(packet: Packet): void {
    this.#unexpected(commandName(packet.type)!);
  }

  closed(reason?: GearmanError): void {
    this.#end = { reason };
    this.#patience.end();
    for (const request of this.#waiting.splice(0)) request.lose(reason, this.#wire.turn);
    this.#options.onClosed();
  }

  #unexpected(what: string): void {
    const message = `Expected a reply to a text command, got ${what}`;
    this.#wire.destroy(new ProtocolError("UNEXPECTED", message));
  }
}

type SessionWire =
  & Wire
  & Pick<Link, "remote" | "heardAt" | "isBackedUp" | "taken" | "destroy">;
