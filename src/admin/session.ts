/**
 * One admin client on one link: which reply a line belongs to. Knows no sockets.
 *
 * @module
 */
import type { Packet } from "../codec/mod.ts";
import { type GearmanError, JobTimeout, ProtocolError, ServerError } from "../errors.ts";
import { type Clock, type Link, type LinkSink, lostRequest } from "../link/mod.ts";
import { commandName, parseErrorLine } from "../protocol/mod.ts";

/** A command whose reply has not come in full. */
interface Waiting {
  /** Whether the reply is rows up to a line with a dot, or else one line. */
  readonly isList: boolean;
  readonly lines: string[];
  readonly resolve: (lines: string[]) => void;
  readonly reject: (error: unknown) => void;
  readonly stopTimer: () => void;
}

/** An admin client's conversation with one server. */
export class Session implements LinkSink {
  readonly #link: Pick<Link, "text" | "destroy">;
  readonly #clock: Clock;
  readonly #onClosed: () => void;
  #waiting: Waiting[] = [];
  #end: { readonly reason: GearmanError | undefined } | undefined;

  constructor(link: Pick<Link, "text" | "destroy">, clock: Clock, onClosed: () => void) {
    this.#link = link;
    this.#clock = clock;
    this.#onClosed = onClosed;
  }

  /** Sends a command; resolves with the lines of its reply, the final dot left out. */
  ask(command: string, isList: boolean, timeout: number): Promise<string[]> {
    if (this.#end !== undefined) return Promise.reject(lostRequest(this.#end.reason, "unsent"));
    return new Promise((resolve, reject) => {
      const expire = () => {
        const error = new JobTimeout(`the reply to "${command}"`, timeout, {
          outcome: "unacknowledged",
        });
        reject(error);
        // Replies carry no name: with one of them given up, no later one can be told.
        this.#link.destroy(error);
      };
      const stopTimer = this.#clock.after(timeout, expire);
      this.#waiting.push({ isList, lines: [], resolve, reject, stopTimer });
      this.#link.text(`${command}\r\n`);
    });
  }

  line(line: string): void {
    const waiting = this.#waiting[0];
    if (waiting === undefined) return this.#unexpected(`the line "${line}"`);
    const error = waiting.lines.length === 0 ? parseErrorLine(line) : undefined;
    if (error !== undefined) {
      this.#done().reject(new ServerError(error.code, error.text));
    } else if (waiting.isList && line !== ".") {
      waiting.lines.push(line);
    } else {
      if (!waiting.isList) waiting.lines.push(line);
      this.#done().resolve(waiting.lines);
    }
  }

  packet(packet: Packet): void {
    this.#unexpected(commandName(packet.type)!);
  }

  closed(reason?: GearmanError): void {
    this.#end = { reason };
    while (this.#waiting.length > 0) this.#done().reject(lostRequest(reason, "unacknowledged"));
    this.#onClosed();
  }

  #done(): Waiting {
    const waiting = this.#waiting.shift()!;
    waiting.stopTimer();
    return waiting;
  }

  #unexpected(what: string): void {
    this.#link.destroy(
      new ProtocolError("UNEXPECTED", `Expected a reply to a text command, got ${what}`),
    );
  }
}
