/** The environment of the run. In the bundle for workerd, `environment_workerd.ts` takes this file's place. */
import process from "node:process";

/** Variables by name. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
