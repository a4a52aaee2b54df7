/** What the kill tests share: fixtures that tell their steps. */
import { host } from "../_harness/host.ts";
import { type OpenServer, type Program, type ProgramSpec, startProgram } from "../_harness/mod.ts";
import type { ServerEvent, ServerEvents } from "../../src/link/mod.ts";

/** Ends a process as nothing else does: without a last word. Resolves when it has ended. */
export async function kill(program: Program): Promise<void> {
  await program.kill("SIGKILL");
  await program.exit();
}

/** The next event of a client or worker. */
export function next(of: ServerEvents, type: "up" | "down"): Promise<ServerEvent> {
  return new Promise((resolve) => of.addEventListener(type, resolve, { once: true }));
}

/** A fixture at work. */
export class Fixture implements AsyncDisposable {
  readonly program: Program;
  readonly #unheard: string[] = [];

  private constructor(program: Program) {
    this.program = program;
  }

  /** Starts a fixture of this folder. */
  static async start(name: "puppet" | "client" | "worker", ...args: unknown[]): Promise<Fixture> {
    const run: ProgramSpec["run"] = `test/hostile/${name}_fixture.ts`;
    return new Fixture(await startProgram({ run, args: args.map(String) }));
  }

  /** Starts a puppet server, on a port that another can take when it has been killed. */
  static async listen(): Promise<{ puppet: Fixture; port: number }> {
    const port = await host.freePort();
    const puppet = await Fixture.start("puppet", "listen", port);
    await puppet.until("listening");
    return { puppet, port };
  }

  /** Starts a puppet that has dialled the server, and was answered. */
  static async dial(server: OpenServer): Promise<Fixture> {
    const puppet = await Fixture.start("puppet", "dial", server.address.port);
    await puppet.until("dialled");
    await puppet.settle();
    return puppet;
  }

  /** Waits for a line that begins so. Lines before it stay, for those who wait for them later. */
  async until(beginning: string): Promise<string> {
    const at = this.#unheard.findIndex((line) => line.startsWith(beginning));
    if (at >= 0) return this.#unheard.splice(at, 1)[0];
    for (;;) {
      const line = await this.program.line();
      if (line === undefined) {
        const { stderr } = await this.program.exit();
        throw new Error(`Expected "${beginning}" of a fixture, it ended:\n${stderr}`);
      }
      if (line.startsWith(beginning)) return line;
      this.#unheard.push(line);
    }
  }

  /** Says what it is to do next. */
  tell(line: string): Promise<void> {
    return this.program.write(`${line}\n`);
  }

  /** Has a puppet send a packet, or the first half of one: it has left when this resolves. */
  async send(packet: string): Promise<void> {
    await this.tell(packet);
    await this.until("sent");
  }

  /** Has a puppet wait until the server has had all that it sent. */
  async settle(): Promise<void> {
    await this.send("ECHO_REQ settled");
    await this.until("ECHO_RES settled");
  }

  /** Kills it. */
  kill(): Promise<void> {
    return kill(this.program);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.program[Symbol.asyncDispose]();
  }
}
