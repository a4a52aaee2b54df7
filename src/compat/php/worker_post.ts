/**
 * A worker of the core in the service of a `GearmanWorker`, for as long as that one's servers and
 * name stay the same.
 *
 * @module
 */
import { type GearmanError, JobTimeout } from "../../errors.ts";
import { type TakenJob, Worker } from "../../worker/mod.ts";
import { codeOf } from "./codes.ts";
import { GEARMAN_COULD_NOT_CONNECT, GEARMAN_GETADDRINFO } from "./constants.ts";
import type { ServerPlace } from "./server_list.ts";
import { addressOf, type CoreOptions, coreOptions } from "./servers.ts";

/** The longest wait between tries to reach a server again, in milliseconds. */
const LONGEST_WAIT = 30_000;

/** A worker at its servers. */
export class WorkerPost {
  readonly #worker: Worker;
  readonly #clock: CoreOptions["clock"];
  /** The functions that it offers, with their limits. */
  readonly #offered = new Map<string, number>();
  /** How many servers there are, and which could not be reached when last tried. */
  readonly #servers: number;
  readonly #unreached = new Set<string>();
  /** Those who wait for a job. */
  readonly #waiting = new Set<AbortController>();

  constructor(options: CoreOptions, places: readonly ServerPlace[], id: string | undefined) {
    this.#clock = options.clock;
    this.#servers = new Set(places.map(nameOf)).size;
    this.#worker = new Worker({
      ...coreOptions(options),
      ...id === undefined ? {} : { id },
      servers: places.map((place) => addressOf(place, options)),
      // A link that is lost is dialled again at once, so that a job or a refusal comes soon.
      backoff: (failures) => failures === 1 ? 0 : Math.min(100 * 2 ** failures, LONGEST_WAIT),
    });
    this.#worker.addEventListener("up", ({ server }) => this.#unreached.delete(nameOf(server)));
    this.#worker.addEventListener("down", ({ server, reason }) => this.#down(server, reason!));
  }

  /** Offers these functions, each with its limit in milliseconds or 0, and no others. */
  offer(functions: ReadonlyMap<string, number>): void {
    for (const name of [...this.#offered.keys()].filter((name) => !functions.has(name))) {
      this.#offered.delete(name);
      void this.#worker.remove(name);
    }
    // Servers ask for what was told last first: in libgearman's order that is what was added first.
    for (const [name, limit] of [...functions].reverse()) {
      if (this.#offered.get(name) === limit) continue;
      this.#offered.set(name, limit);
      const limited = { timeout: limit, onTimeout: "requeue", announce: true } as const;
      this.#worker.add(name, undefined, limit === 0 ? {} : limited);
    }
  }

  /**
   * A job. With `wait` within so many milliseconds, if that is not undefined; else undefined when no
   * server has one. Rejects with a {@linkcode JobTimeout}, or with the reason when no server can be
   * reached.
   */
  async take(wait: boolean, limit: number | undefined): Promise<TakenJob | undefined> {
    const stop = new AbortController();
    const stopTimer = limit === undefined
      ? undefined
      : this.#clock.after(limit, () => stop.abort(new JobTimeout("a job", limit)));
    this.#waiting.add(stop);
    try {
      return await this.#worker.take({ wait, signal: stop.signal });
    } finally {
      this.#waiting.delete(stop);
      stopTimer?.();
    }
  }

  /** Takes no more jobs, and closes when those in hand have ended. */
  leave(): Promise<void> {
    return this.#worker.drain({ timeout: Infinity });
  }

  /** Closes now: jobs in hand go back to their servers. */
  close(): Promise<void> {
    return this.#worker.close();
  }

  #down(server: TakenJob["server"], reason: GearmanError): void {
    const code = codeOf(reason);
    if (code !== GEARMAN_COULD_NOT_CONNECT && code !== GEARMAN_GETADDRINFO) return;
    this.#unreached.add(nameOf(server));
    if (this.#unreached.size < this.#servers) return;
    for (const stop of this.#waiting) stop.abort(reason);
  }
}

function nameOf(server: TakenJob["server"]): string {
  return "path" in server ? server.path : `${server.host}:${server.port}`;
}
