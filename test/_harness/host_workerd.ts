/**
 * Programs for tests on workerd, which can start none: the process that runs the leg starts them,
 * and is asked over HTTP. See scripts/suite/lab.ts for the other end.
 *
 * @module
 */
import type { Exit, Host, Program, ProgramName, ProgramSpec, Signal } from "./programs.ts";
import { setting } from "./settings.ts";

async function ask(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${setting("GEARTRAIN_LAB")}${path}`, {
    method: "POST",
    body: JSON.stringify(body ?? null),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer === "" ? undefined : JSON.parse(answer);
}

class RemoteProgram implements Program {
  readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  line(): Promise<string | undefined> {
    return this.#ask("line") as Promise<string | undefined>;
  }

  errorLine(): Promise<string | undefined> {
    return this.#ask("errorLine") as Promise<string | undefined>;
  }

  async write(text: string): Promise<void> {
    await this.#ask("write", text);
  }

  async end(): Promise<void> {
    await this.#ask("end");
  }

  async kill(signal?: Signal): Promise<void> {
    await this.#ask("kill", signal);
  }

  exit(): Promise<Exit> {
    return this.#ask("exit") as Promise<Exit>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask("dispose");
  }

  #ask(method: string, argument?: unknown): Promise<unknown> {
    return ask(`/programs/${this.pid}/${method}`, argument);
  }
}

/** The machine that the leg runs on. */
export const host: Host = {
  missing(names: readonly ProgramName[]): string | undefined {
    const absent = setting("GEARTRAIN_MISSING")?.split(",") ?? [];
    const wanted = names.filter((name) => absent.includes(name));
    return wanted.length === 0 ? undefined : `no ${wanted.join(", no ")} on this machine`;
  },

  async start(spec: ProgramSpec): Promise<Program> {
    return new RemoteProgram(await ask("/start", spec) as number);
  },

  freePort(): Promise<number> {
    return ask("/port") as Promise<number>;
  },
};
