/**
 * The servers of one client, in the order in which they were added. Each has a client of the core
 * to itself: jobs go to the one that was added last, and to another when it cannot be reached.
 *
 * @module
 */
import { Client, type ClientOptions, type JobReceipt, type JobStatus } from "../../client/mod.ts";
import { GearmanError, LinkError } from "../../errors.ts";
import type { OptionNames } from "../../misuse.ts";
import { codeOf } from "./codes.ts";
import { GEARMAN_GETADDRINFO } from "./constants.ts";
import type { ServerPlace } from "./server_list.ts";

/** What a face needs of the core and of the runtime. */
export interface CoreOptions
  extends Pick<ClientOptions, "codec" | "maxPacketBytes" | "dialTimeout" | "answerTimeout"> {
  /** How sockets are opened. */
  readonly dial: ClientOptions["dial"];
  /** Where time comes from. */
  readonly clock: NonNullable<ClientOptions["clock"]>;
  /** How servers are reached through TLS: all of them, or none. */
  readonly tls?: Extract<JobReceipt["server"], { host: string }>["tls"];
}

/** Their names. */
export const CORE_OPTIONS: OptionNames<CoreOptions> = {
  codec: true,
  maxPacketBytes: true,
  dialTimeout: true,
  answerTimeout: true,
  dial: true,
  clock: true,
  tls: true,
};

/** What the core is given of that. */
export function coreOptions(
  { codec, maxPacketBytes, dialTimeout, answerTimeout, dial, clock }: CoreOptions,
): Omit<CoreOptions, "tls"> {
  return { codec, maxPacketBytes, dialTimeout, answerTimeout, dial, clock };
}

/** How a server is tried that is being added. */
export interface Trial {
  readonly timeout: number | undefined;
}

/** The servers of a client or a worker, in the order in which they were added. */
export interface EndServers {
  readonly isEmpty: boolean;
  /**
   * Adds one. The same twice is two. With a trial, resolves with the failure when there is no server
   * of such a name, and has not added it then.
   */
  add(place: ServerPlace, trial?: Trial): Promise<GearmanError | undefined>;
  /** Asks every server for something to come back. Resolves with the first failure. */
  reachAll(data?: Uint8Array, timeout?: number): Promise<GearmanError | undefined>;
}

/** One server. */
export interface Server {
  readonly place: ServerPlace;
  readonly client: Client;
  /** Whether there is a link to it. */
  isUp: boolean;
}

/** The address that the core is given. */
export function addressOf({ host, port }: ServerPlace, { tls }: Pick<CoreOptions, "tls">): {
  host: string;
  port: number;
  tls?: CoreOptions["tls"];
} {
  return tls === undefined ? { host, port } : { host, port, tls };
}

/** Whether a request failed because its server could not be reached: another may take it. */
export function isUnreached(error: unknown): boolean {
  return error instanceof LinkError && error.outcome === "unsent";
}

/** Whether there is no server of such a name. */
export function isUnknown(error: GearmanError | undefined): boolean {
  return error !== undefined && codeOf(error) === GEARMAN_GETADDRINFO;
}

/** The servers of one client. */
export class Servers implements EndServers {
  readonly #options: CoreOptions;
  #servers: Server[] = [];

  constructor(options: CoreOptions) {
    this.#options = options;
  }

  /** All of them, the one that was added last before the others. */
  get newestFirst(): readonly Server[] {
    return [...this.#servers].reverse();
  }

  /** Where they are, the first that was added first. */
  get places(): readonly ServerPlace[] {
    return this.#servers.map(({ place }) => place);
  }

  get isEmpty(): boolean {
    return this.#servers.length === 0;
  }

  /** Whether there is a link to one of them. */
  get isConnected(): boolean {
    return this.#servers.some(({ isUp }) => isUp);
  }

  async add(place: ServerPlace, trial?: Trial): Promise<GearmanError | undefined> {
    const servers = addressOf(place, this.#options);
    const client = new Client({ ...coreOptions(this.#options), servers });
    const server: Server = { place, client, isUp: false };
    client.addEventListener("up", () => server.isUp = true);
    client.addEventListener("down", () => server.isUp = false);
    this.#servers.push(server);
    if (trial === undefined) return undefined;
    const error = await reach(client, undefined, trial.timeout);
    if (!isUnknown(error)) return undefined;
    this.#servers = this.#servers.filter((one) => one !== server);
    await client.close();
    return error;
  }

  /** Asks the newest server that can be reached. Rejects with the last failure when none can be. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (const { client } of this.newestFirst) {
      try {
        return await question(client);
      } catch (error) {
        if (!isUnreached(error)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /**
   * Asks the servers about a job, until one knows it: a name alone does not say which has it.
   * Rejects when none could be asked.
   */
  async status(
    job: { readonly handle: string } | { readonly unique: string },
    timeout?: number,
  ): Promise<JobStatus> {
    let answer: JobStatus | undefined;
    let failure: unknown;
    for (const { client } of this.newestFirst) {
      try {
        answer = await client.status(job, { timeout });
        if (answer.isKnown) break;
      } catch (error) {
        failure ??= error;
      }
    }
    if (answer === undefined) throw failure;
    return answer;
  }

  async reachAll(data?: Uint8Array, timeout?: number): Promise<GearmanError | undefined> {
    for (const { client } of this.#servers) {
      const error = await reach(client, data, timeout);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  /** Closes all links. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map(({ client }) => client.close()));
  }
}

/** Asks a server for something to come back. Resolves with what went wrong. */
async function reach(
  client: Client,
  data: Uint8Array | undefined,
  timeout: number | undefined,
): Promise<GearmanError | undefined> {
  try {
    await client.ping({ data, timeout });
    return undefined;
  } catch (error) {
    if (error instanceof GearmanError) return error;
    throw error;
  }
}
