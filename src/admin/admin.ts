/**
 * The text protocol of a job server, as typed calls.
 *
 * @module
 */
import { LinkError, ProtocolError } from "../errors.ts";
import {
  checkConnectOptions,
  connect,
  type ConnectOptions,
  DEFAULT_ANSWER_TIMEOUT,
  type Link,
  parseServers,
  type ServerAddress,
  systemClock,
} from "../link/mod.ts";
import {
  type FunctionRow,
  parseStatusRow,
  parseValue,
  parseWorkersRow,
  type WorkerRow,
} from "../protocol/mod.ts";
import type { Address } from "../sockets/socket.ts";
import { Session } from "./session.ts";

/** Bytes of the longest line that a reply may have: `workers` names every function of a worker in one. */
const MAX_REPLY_LINE_BYTES = 1024 * 1024;

/** Options of {@linkcode Admin}. */
export interface AdminOptions extends ConnectOptions {
  /** The job server. */
  readonly server: ServerAddress;
  /** Milliseconds in which a command must be answered, or Infinity. Default 30,000. */
  readonly answerTimeout?: number;
}

/**
 * Asks one job server how it stands. Dials at the first command, and again after the link was
 * lost. Every call rejects with a {@linkcode LinkError}, a {@linkcode ServerError} for an `ERR`
 * line, a {@linkcode ProtocolError} for a reply that makes no sense, or a {@linkcode JobTimeout}.
 *
 * @example
 * ```ts
 * import { Admin, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using admin = new Admin({ server: server.address });
 * for (const row of await admin.status()) console.log(row.functionName, row.total);
 * ```
 */
export class Admin {
  readonly #address: Address;
  readonly #options: AdminOptions;
  readonly #stop = new AbortController();
  #dialled: Promise<{ link: Link; session: Session }> | undefined;

  constructor(options: AdminOptions) {
    checkConnectOptions(options);
    const addresses = parseServers(options.server);
    if (addresses.length !== 1) throw new TypeError(`Expected one server, got ${addresses.length}`);
    this.#address = addresses[0];
    this.#options = options;
  }

  /** The functions that the server knows, with their jobs and workers. */
  async status(): Promise<FunctionRow[]> {
    return (await this.#ask("status", true)).map(parseStatusRow);
  }

  /** The server's connections, with their abilities. */
  async workers(): Promise<WorkerRow[]> {
    return (await this.#ask("workers", true)).map(parseWorkersRow);
  }

  /** The server's version, for instance `1.1.20+ds`. */
  async version(): Promise<string> {
    const [line] = await this.#ask("version", false);
    const value = parseValue(line);
    if (value === undefined) {
      throw new ProtocolError("UNEXPECTED", `Expected "OK" and a version, got "${line}"`);
    }
    return value;
  }

  /** Closes the link. Commands without a reply by then reject with code `CLOSED`. */
  async close(): Promise<void> {
    this.#stop.abort(new LinkError("CLOSED", "Admin client was closed"));
    await this.#dialled?.then(({ link }) => link.close(), () => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #ask(command: string, isList: boolean): Promise<string[]> {
    const { answerTimeout = DEFAULT_ANSWER_TIMEOUT } = this.#options;
    this.#dialled ??= this.#dial();
    const { session } = await this.#dialled;
    return session.ask(command, isList, answerTimeout);
  }

  async #dial(): Promise<{ link: Link; session: Session }> {
    const { clock = systemClock } = this.#options;
    try {
      // A handful of lines is not worth a kernel.
      const options = { ...this.#options, codec: "ts" } as const;
      const wanted = { text: true, slots: false, maxLineBytes: MAX_REPLY_LINE_BYTES };
      const link = await connect(this.#address, options, this.#stop.signal, wanted);
      const session = new Session(link, clock, () => this.#dialled = undefined);
      link.receive(session);
      return { link, session };
    } catch (error) {
      this.#dialled = undefined;
      throw error;
    }
  }
}
