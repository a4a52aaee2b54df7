/**
 * A handler on workerd, the runtime of the edge: it takes a form, hands a background job over, and
 * answers at once. docs/edge.md shows how it is bundled, and workerd.capnp how it is started.
 *
 * @module
 */
import { Client, GearmanError } from "../../mod.ts";

/** What the configuration of workerd binds. */
export interface Environment {
  /** The job servers, for instance `"10.0.0.1,10.0.0.2:4730"`. */
  readonly GEARMAN: string;
}

export default {
  /** `POST /sign-up` with a name: 202, and a mail will go out. */
  async fetch(request: Request, environment: Environment): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/sign-up") {
      return new Response("Not found\n", { status: 404 });
    }
    // A socket of workerd lives no longer than its request, and so does the client.
    const client = new Client({ servers: environment.GEARMAN });
    try {
      const letter = JSON.stringify({ to: await request.text(), template: "welcome" });
      const { handle, unique } = await client.background("mail", letter, { timeout: 5_000 });
      return Response.json({ handle, unique }, { status: 202 });
    } catch (error) {
      if (!(error instanceof GearmanError)) throw error;
      return new Response(`${error.code}\n`, { status: error.retriable ? 503 : 502 });
    } finally {
      await client.close();
    }
  },
};
