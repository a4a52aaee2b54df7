/**
 * All the servers of a worker, and what is known of them together.
 *
 * @module
 */
import type { GearmanError, ServerError } from "../errors.ts";
import type { Address } from "../sockets/socket.ts";
import type { Group } from "./group.ts";
import { Post, type PostOptions, refusalOf } from "./post.ts";

/** A worker's places at its servers. */
export class Posts {
  readonly #posts: readonly Post[];
  #lastReason: GearmanError | undefined;

  constructor(servers: readonly Address[], options: PostOptions) {
    const told: PostOptions = {
      ...options,
      onDown: (server, reason) => {
        this.#lastReason = reason;
        options.onDown(server, reason);
      },
    };
    this.#posts = servers.map((server) => new Post(server, told));
  }

  /** Whether there is nothing to do anywhere: no server that can be reached has a job, and none is in hand. */
  get areIdle(): boolean {
    return this.#posts.every((post) => post.isIdle);
  }

  /** Whether no server that can be reached has a job. */
  get areEmpty(): boolean {
    return this.#posts.every((post) => post.isEmpty);
  }

  /** Why no server gives us jobs, where every one is up and lets us work on none of the functions. */
  get refusal(): ServerError | undefined {
    return refusalOf(this.#posts, (post) => post.refusal);
  }

  /** Why there are no jobs, but for want of them: no server is up, or those that are let us work on nothing. */
  get hindrance(): GearmanError | undefined {
    const up = this.#posts.filter((post) => post.isReached);
    if (up.length === 0) return this.#lastReason;
    return up.every((post) => post.refusal !== undefined) ? up[0].refusal : undefined;
  }

  /** Dials where there is no link, and keeps at it. */
  open(): void {
    for (const post of this.#posts) post.open();
  }

  /** Offers a function of the group no more. Resolves when none of its jobs is in hand. */
  async withdraw(group: Group, functionName: string): Promise<void> {
    await Promise.all(this.#posts.map((post) => post.withdraw(group, functionName)));
  }

  /** Gives up the group's links. Resolves when its jobs have ended. */
  async dismiss(group: Group): Promise<void> {
    await Promise.all(this.#posts.map((post) => post.dismiss(group)));
  }

  /** Fetches no more jobs. Resolves when those in hand have ended, and the servers know. */
  async drain(): Promise<void> {
    await Promise.all(this.#posts.map((post) => post.drain()));
  }

  /** Sends what is to be sent, and gives every post up. */
  async close(): Promise<void> {
    for (const post of this.#posts) post.halt();
    await Promise.all(this.#posts.map((post) => post.close()));
  }
}
