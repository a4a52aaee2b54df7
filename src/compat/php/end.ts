/**
 * What clients and workers have in common: return codes, options, time, and their servers.
 *
 * @module
 */
import { INVALID_ARGUMENT } from "./codes.ts";
import { GEARMAN_SUCCESS } from "./constants.ts";
import { GearmanException } from "./exception.ts";
import type { Ledger } from "./ledger.ts";
import type { OptionBits } from "./option_bits.ts";
import { limitOf } from "./patience.ts";
import { type ServerPlace, serverPlace, serverPlaces } from "./server_list.ts";
import type { EndServers } from "./servers.ts";
import { bytesOf, phpInt, phpName, type PhpString, phpString } from "./strings.ts";

/** What an end knows of itself: its own class and this base share it. */
export interface EndState {
  readonly ledger: Ledger;
  readonly bits: OptionBits;
  readonly servers: EndServers;
  /** Milliseconds that a call waits; negative: for ever. */
  timeout: number;
}

/** A client or a worker. */
export abstract class GearmanEnd {
  readonly #state: EndState;

  constructor(state: EndState) {
    this.#state = state;
  }

  /** Closes the links to all servers, which PHP does when the object goes. */
  abstract __destruct(): Promise<void>;

  [Symbol.asyncDispose](): Promise<void> {
    return this.__destruct();
  }

  // State, options, time.

  /** How the last call went that says so; 0 at first. */
  returnCode(): number {
    return this.#state.ledger.code;
  }

  /**
   * The text of the last error; false as long as there was none. After a job that failed it is the
   * name of the code, `GEARMAN_WORK_FAIL`.
   */
  error(): string | false {
    return this.#state.ledger.text;
  }

  /** The system's number of the last error: always 0, for runtimes do not tell. */
  getErrno(): number {
    return 0;
  }

  /** The option bits. */
  options(): number {
    return this.#state.bits.bits;
  }

  /** Puts these bits in the place of all that can be set. */
  setOptions(option: number): boolean {
    this.#state.bits.replace(phpInt(option, "option"));
    return true;
  }

  /** Sets bits. */
  addOptions(option: number): boolean {
    this.#state.bits.add(phpInt(option, "option"));
    return true;
  }

  /** Clears bits. */
  removeOptions(option: number): boolean {
    this.#state.bits.remove(phpInt(option, "option"));
    return true;
  }

  /** Milliseconds that a call waits without news; negative: for ever. */
  timeout(): number {
    return this.#state.timeout;
  }

  /** Sets how many milliseconds a call waits without news before it gives `GEARMAN_TIMEOUT`. */
  setTimeout(timeout: number): boolean {
    this.#state.timeout = phpInt(timeout, "timeout");
    return true;
  }

  // Servers.

  /**
   * Adds a server, by default `localhost:4730`. Unless `setupExceptionHandler` is false, connects to
   * every server at once; throws a {@linkcode GearmanException} when one cannot be reached, and has
   * added it all the same.
   */
  addServer(
    host: string | null = null,
    port: number = 0,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const place = serverPlace(phpName(host, "host"), phpInt(port, "port"));
    return this.#addServers("addServer", [place], setupExceptionHandler);
  }

  /** Adds a list of servers, `host:port,host`. See {@linkcode addServer}. */
  addServers(
    servers: string | null = null,
    setupExceptionHandler: boolean = true,
  ): Promise<boolean> {
    const places = serverPlaces(phpName(servers, "servers"));
    return this.#addServers("addServers", places, setupExceptionHandler);
  }

  /** Asks all servers to tell job exceptions apart from failures, which matters to clients alone. */
  async enableExceptionHandler(): Promise<boolean> {
    const { servers, timeout } = this.#state;
    const cause = await servers.reachAll(undefined, limitOf(timeout));
    if (cause !== undefined) {
      throw new GearmanException("Failed to set exception option", { cause });
    }
    return true;
  }

  /** Sends something to every server, for it to come back. */
  async ping(data: PhpString): Promise<boolean> {
    const { ledger, servers, timeout } = this.#state;
    const bytes = bytesOf(phpString(data, "data"));
    if (bytes.length === 0) {
      return ledger.fail("ping", INVALID_ARGUMENT, "Expected data, got none", false);
    }
    if (servers.isEmpty) return ledger.noServers("ping", false);
    const error = await servers.reachAll(bytes, limitOf(timeout));
    if (error !== undefined) return ledger.failed("ping", error, false);
    return ledger.note(GEARMAN_SUCCESS, true);
  }

  /** @deprecated Use {@linkcode ping}. */
  echo(data: PhpString): Promise<boolean> {
    return this.ping(data);
  }

  async #addServers(
    method: string,
    places: readonly ServerPlace[],
    isTried: boolean,
  ): Promise<boolean> {
    const { ledger, servers, timeout } = this.#state;
    const trial = isTried ? { timeout: limitOf(timeout) } : undefined;
    for (const place of places) {
      const error = await servers.add(place, trial);
      if (error !== undefined) return ledger.failed(method, error, false);
    }
    return isTried ? await this.enableExceptionHandler() : true;
  }
}
