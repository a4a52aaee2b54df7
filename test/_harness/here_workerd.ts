/** No job server in the process of the tests: workerd has no ports to listen on. */
import type { ListenHere } from "./here.ts";

/** None. */
export const listenHere: ListenHere = undefined;
