/** Serves a handler on 127.0.0.1 and a free port, by the server that this runtime has. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What answers a request. */
export type Handler = (request: Request) => Promise<Response>;

/** A server that listens. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What Deno and Bun have, and Node has not. */
interface Globals {
  readonly Deno?: {
    serve(
      options: { readonly hostname: string; readonly port: number; onListen(): void },
      handler: Handler,
    ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
  };
  readonly Bun?: {
    serve(options: { readonly hostname: string; readonly port: number; fetch: Handler }): {
      readonly port: number;
      stop(): Promise<void>;
    };
  };
}

/** Serves a handler. */
export async function serve(handler: Handler): Promise<HttpServer> {
  const { Deno, Bun } = globalThis as unknown as Globals;
  const where = { hostname: "127.0.0.1", port: 0 };
  if (Deno !== undefined) {
    const server = Deno.serve({ ...where, onListen: () => {} }, handler);
    return { url: urlOf(server.addr.port), close: () => server.shutdown() };
  }
  if (Bun !== undefined) {
    const server = Bun.serve({ ...where, fetch: handler });
    return { url: urlOf(server.port), close: () => server.stop() };
  }
  const server = createServer((request, response) => void answer(handler, request, response));
  await new Promise<void>((resolve) => server.listen(where.port, where.hostname, resolve));
  return {
    url: urlOf((server.address() as AddressInfo).port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Node's requests and responses as those of the web. */
async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const answered = await handler(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      body: hasBody ? await new Blob(pieces as BlobPart[]).arrayBuffer() : undefined,
      signal: gone.signal,
    }),
  );
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(new Uint8Array(await answered.arrayBuffer()));
}
