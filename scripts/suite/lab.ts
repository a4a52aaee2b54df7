/**
 * Starts programs for tests that run where none can be started: a small HTTP interface on the
 * loopback address, one request for each method of a program. See test/_harness/host_workerd.ts.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { host } from "../../test/_harness/host.ts";
import type { Program, Signal } from "../../test/_harness/programs.ts";

/** A lab at work. */
export interface Lab extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
}

/** Opens a lab. Disposing ends every program that is left. */
export async function openLab(): Promise<Lab> {
  const programs = new Map<number, Program>();
  // It closes no connection by itself: the next request may be on its way.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(request, programs).then(
      (value) => reply(response, 200, value === undefined ? "" : JSON.stringify(value)),
      (error) => reply(response, 500, String(error?.message ?? error)),
    );
  });
  const killAll = (): void =>
    [...programs.values()].forEach((program) => void program.kill("SIGKILL"));
  process.once("exit", killAll);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([...programs.values()].map((program) => program[Symbol.asyncDispose]()));
      process.off("exit", killAll);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}

async function answer(
  request: IncomingMessage,
  programs: Map<number, Program>,
): Promise<unknown> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const argument = JSON.parse(body || "null");
  const [, room, pid, method] = request.url?.split("/") ?? [];
  if (room === "port") return await host.freePort();
  if (room === "start") {
    const program = await host.start(argument);
    programs.set(program.pid, program);
    return program.pid;
  }
  const program = programs.get(Number(pid));
  if (program === undefined) throw new Error(`Expected a program with pid ${pid}, found none`);
  return await call(program, method, argument);
}

function call(program: Program, method: string, argument: unknown): PromiseLike<unknown> {
  switch (method) {
    case "line":
    case "errorLine":
    case "end":
    case "exit":
      return program[method]();
    case "write":
      return program.write(argument as string);
    case "kill":
      return program.kill(argument as Signal ?? undefined);
    case "dispose":
      return program[Symbol.asyncDispose]();
    default:
      throw new Error(`Expected a method of a program, got "${method}"`);
  }
}
