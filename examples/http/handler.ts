/** An HTTP endpoint that hands its work to gearman: the same function on Deno, Bun and Node. */
import { type Client, GearmanError, JobException, JobFailed, JobTimeout } from "../../mod.ts";

/** `POST /reverse` waits for the result; `POST /reverse?background` hands the job over. */
export function handlerOf(client: Client): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== "POST") return new Response("POST only\n", { status: 405 });
    const functionName = pathname.slice(1);
    const workload = new Uint8Array(await request.arrayBuffer());
    try {
      if (searchParams.has("background")) {
        const { handle, unique } = await client.background(functionName, workload);
        return Response.json({ handle, unique }, { status: 202 });
      }
      // Whoever hangs up waits no more; the job runs on.
      const options = { timeout: 10_000, signal: request.signal };
      const result = await client.submit(functionName, workload, options).result();
      return new Response(result as Uint8Array<ArrayBuffer>);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) {
        return new Response(`${error.message}\n`, { status: 400 });
      }
      if (!(error instanceof GearmanError)) throw error;
      return new Response(`${error.code}\n`, { status: statusOf(error) });
    }
  };
}

function statusOf(error: GearmanError): number {
  if (error instanceof JobFailed || error instanceof JobException) return 500;
  if (error instanceof JobTimeout) return 504;
  return error.retriable ? 503 : 502;
}
