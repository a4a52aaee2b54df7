/** The environment of a run on workerd: the bindings in the runner's configuration. */
// @ts-ignore: a module that only workerd has
import { env } from "cloudflare:workers";

/** Variables by name. */
export const environment: Readonly<Record<string, string | undefined>> = env;
