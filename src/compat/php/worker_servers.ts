/**
 * The servers of one worker: where they are. Its links are those of the worker of the core; what is
 * asked beside that goes over links of its own, which are closed again.
 *
 * @module
 */
import type { GearmanError } from "../../errors.ts";
import type { ServerPlace } from "./server_list.ts";
import { type CoreOptions, type EndServers, isUnknown, Servers, type Trial } from "./servers.ts";

/** The servers of one worker. */
export class WorkerServers implements EndServers {
  readonly #options: CoreOptions;
  readonly #onAdded: () => void;
  readonly #places: ServerPlace[] = [];

  /** `onAdded` is called after each server that was added. */
  constructor(options: CoreOptions, onAdded: () => void) {
    this.#options = options;
    this.#onAdded = onAdded;
  }

  /** Where they are. */
  get places(): readonly ServerPlace[] {
    return this.#places;
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  async add(place: ServerPlace, trial?: Trial): Promise<GearmanError | undefined> {
    const error = trial && await this.#reach([place], undefined, trial.timeout);
    if (isUnknown(error)) return error;
    this.#places.push(place);
    this.#onAdded();
    return undefined;
  }

  reachAll(data?: Uint8Array, timeout?: number): Promise<GearmanError | undefined> {
    return this.#reach(this.#places, data, timeout);
  }

  async #reach(
    places: readonly ServerPlace[],
    data: Uint8Array | undefined,
    timeout: number | undefined,
  ): Promise<GearmanError | undefined> {
    const servers = new Servers(this.#options);
    for (const place of places) await servers.add(place);
    try {
      return await servers.reachAll(data, timeout);
    } finally {
      await servers.close();
    }
  }
}
