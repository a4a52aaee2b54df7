/** Gearmands that can be killed, and started again where they were. */
import { type RunningServer, startGearmand } from "../../test/_harness/processes.ts";
import type { Victim } from "./kills_play.ts";

/** A gearmand on the loopback address. */
export class Gearmand implements Victim {
  #server: RunningServer;

  private constructor(server: RunningServer) {
    this.#server = server;
  }

  /** Starts one on a free port. */
  static async start(): Promise<Gearmand> {
    return new Gearmand(await startGearmand());
  }

  /** Where it is, before and after a kill. */
  get address(): RunningServer["address"] {
    return this.#server.address;
  }

  async kill(): Promise<void> {
    await this.#server.program.kill("SIGKILL");
    await this.#server.program.exit();
  }

  async start(): Promise<void> {
    const { port } = this.#server.address;
    this.#server = await startGearmand({ port });
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
